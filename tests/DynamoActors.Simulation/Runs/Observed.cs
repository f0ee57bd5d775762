using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Simulation.Checkers;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Workloads;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Runs;

/// <summary>What clients, nemesis and checkers of one run have in common: the cluster, what happened, and what was found wrong with
/// it.</summary>
internal sealed class Observed
{
    public Observed(SimulatedCluster cluster, IReadOnlyList<Checker> checkers, bool clocksJump)
    {
        Cluster = cluster;
        Checkers = checkers;
        ClocksJump = clocksJump;
        Faults = new FaultTimeline(cluster.Simulation);
        Operator = new NodeOperator(this);
        Admission = new Admission(cluster.Plan.RequestsMax, what => CheckerOf<OverloadPasses>().Noticed(what));
        foreach (var checker in checkers) checker.Run = this;
        cluster.Appended = (node, held) =>
        {
            foreach (var checker in Checkers) checker.Appended(node, held);
        };
        cluster.Kept = (node, held) =>
        {
            foreach (var checker in Checkers) checker.Kept(node, held);
        };
        cluster.TurnedAway = (node, reason) => CheckerOf<MovesLeaveNothingBehind>().Noticed($"{node.Name} was turned away: {reason}");
        TraceLogger.OnError = CheckerOf<MovesLeaveNothingBehind>().Logged;
        cluster.Dropped = (node, key, held) =>
        {
            cluster.Simulation.Trace.Note(Now, $"{node.Name} drops {key} {held}");
            // Else a former owner drops its range, or a new one clears what it had before: the owners keep theirs.
            if (cluster.Owns(node, key)) History.Drop(key, held);
            foreach (var checker in Checkers) checker.Dropped(node, key, held);
        };
    }

    public SimulatedCluster Cluster { get; }

    public IReadOnlyList<Checker> Checkers { get; }

    public T CheckerOf<T>() where T : Checker => Checkers.OfType<T>().Single();

    public History History { get; } = new();

    public FaultTimeline Faults { get; }

    public NodeOperator Operator { get; }

    public Admission Admission { get; }

    public List<Violation> Violations { get; } = [];

    public TimeSpan Now => Cluster.Simulation.Now;

    /// <summary>False in the run that shows what happens with clocks that are right.</summary>
    public bool ClocksJump { get; }

    /// <summary>Clients go on to ask for things.</summary>
    public bool ClientsWork { get; set; } = true;

    /// <summary>Nodes whose disk has lost what it had acknowledged. As many replicas fewer can be counted on.</summary>
    public HashSet<SimulatedNode> Destroyed { get; } = [];

    public bool IsLatestOnly(ObjectKey key) => key.Bucket == Workloads.Buckets.Latest;

    public ResolvedQuorum QuorumOf(ObjectKey key, QuorumOverrides overrides)
    {
        return ResolvedQuorum.TryResolve(Workloads.Buckets.SettingsOf(key.Bucket), overrides, Cluster.Ring!, out var quorum, out var error)
            ? quorum : throw new InvalidOperationException($"{error.Field}: {error.Reason}");
    }

    public void Completed(Operation operation)
    {
        foreach (var checker in Checkers) checker.Completed(operation);
    }

    public void Listed(Listing listing)
    {
        foreach (var checker in Checkers.OfType<ListingsAreComplete>()) checker.Listed(listing);
    }

    /// <summary>Something of the run itself went wrong that never should: a node that does not come back, replicas that do not
    /// converge.</summary>
    public void Fail(string what) => Violations.Add(new Violation(10, "After the last fault everything works again", null, what, Now));

    /// <summary>A node cannot go on with a disk that had no other trouble than losing its power.</summary>
    public void FailDisk(string what) =>
        Violations.Add(new Violation(7, "A node comes back from a power loss with all that it acknowledged", null, what, Now));
}
