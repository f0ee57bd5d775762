namespace DynamoActors.Simulation.Checkers;

/// <summary>One of each, in the order of their numbers.</summary>
internal static class AllCheckers
{
    public static IReadOnlyList<Checker> Create() =>
    [
        new AcknowledgedWritesSurvive(),
        new NothingIsInvented(),
        new SiblingsAreConcurrentWriters(),
        new NoDotTwice(),
        new DeletedStaysDeleted(),
        new Awaiting(6, "What has expired stays expired", "time to live"),
        new DurableMeansDurable(),
        new QuorumsAreOwners(),
        new ClientsReadTheirWrites(),
        new ReplicasConverge(),
        new ConvergedReadsWriteNothing(),
        new ClocksDoNotMatter(),
        new TimeoutsAreUnknown(),
        new OneRingPerEpoch(),
        new Awaiting(15, "A transfer never hides a key", "transfers between owners"),
        new AnyNodeTakesWrites(),
        new Awaiting(17, "Overload answers 503 with Retry-After, and throughput returns", "admission control under load"),
        new SetsKeepTheirElements(),
        new DeletionsGoOnProof(),
    ];
}
