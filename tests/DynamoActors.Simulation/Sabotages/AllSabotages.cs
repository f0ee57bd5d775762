namespace DynamoActors.Simulation.Sabotages;

internal static class AllSabotages
{
    private static readonly Func<Sabotage>[] _list =
    [
        () => new DiskWithoutSync(), () => new ForgottenLease(), () => new LossyMerge(), () => new StandInAsOwner(), () =>
            new EarlyAcknowledgement(),
        () => new NoRepair(), () => new AgedTombstone(), () => new OrderByClock(), () => new HastyHints(), () => new OneSidedRepair(),
        () => new RashReaping(), () => new ExpiryOfCopies(), () => new HintsForEver(),
        () => new ServingWhenUp(), () => new FirstSeedAlone(), () => new FirstSeedOrNobody(), () => new FormerAddress(),
        () => new ForgetfulPeers(), () => new ForgottenNewest(), () => new HastyLargeValues(),
        () => new EarlyArrival(), () => new SkippingTransfer(), () => new AnyBallot(), () => new AnyEpoch(),
        () => new DoubledAddition(), () => new ForgottenNames(),
    ];

    /// <summary>How to make each: one lasts for one run.</summary>
    public static IReadOnlyList<Func<Sabotage>> List => _list;

    /// <exception cref="FormatException">There is none of that name.</exception>
    public static Func<Sabotage> Named(string name) => name == Sabotage.None.Name ? () => Sabotage.None
        : _list.FirstOrDefault(create => create().Name == name)
        ?? throw new FormatException(
            $"There is no sabotage '{name}'; there are: {string.Join(", ", _list.Select(create => create().Name))}, all.");
}
