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
        new ExpiredStaysExpired(),
        new DurableMeansDurable(),
        new QuorumsAreOwners(),
        new ClientsReadTheirWrites(),
        new ReplicasConverge(),
        new ConvergedReadsWriteNothing(),
        new ClocksDoNotMatter(),
        new TimeoutsAreUnknown(),
        new OneRingPerEpoch(),
        new TransfersHideNothing(),
        new AnyNodeTakesWrites(),
        new OverloadPasses(),
        new SetsKeepTheirElements(),
        new DeletionsGoOnProof(),
        new ListingsAreComplete(),
        new ExplanationsAreTrue(),
        new RestartedNodesServe(),
        new OneClusterOnly(),
        new MovesLeaveNothingBehind(),
        new RingsArrive(),
        new HandOversAreWhole(),
        new AdditionsCountOnce(),
    ];
}
