using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Workloads;

/// <summary>One client of the cluster: asks one thing at a time, of any node, and waits only so long.</summary>
internal sealed class SimulatedClient(int id, Observed run)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan _thinkMost = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _wayMost = TimeSpan.FromMilliseconds(1);

    public int Id { get; } = id;

    public Random Random => run.Cluster.Simulation.Random;

    /// <summary>Nothing is under way.</summary>
    public bool IsIdle { get; private set; } = true;

    public int NextOperation => run.History.NextId;

    /// <summary>Lets it work until the run is over.</summary>
    public void Begin(Workload workload)
    {
        run.Cluster.Simulation.After(run.Cluster.Simulation.Between(TimeSpan.Zero, _thinkMost), () =>
        {
            if (!run.ClientsWork) return;
            IsIdle = false;
            workload.Next(this, () =>
            {
                IsIdle = true;
                Begin(workload);
            });
        });
    }

    /// <summary>Any node, whether it runs or not.</summary>
    public SimulatedNode AnyNode() => run.Cluster.Nodes[Random.Next(run.Cluster.Nodes.Count)];

    public void Get(ObjectKey key, QuorumOverrides quorum, Action<Operation> then, SimulatedNode? node = null) =>
        Ask(node ?? AnyNode(), at => Operation(at, OperationKind.Get, key, quorum), then);

    /// <param name="ttl">Null: the bucket's, or for ever.</param>
    public void Put(ObjectKey key, VersionVector? context, byte[] value, QuorumOverrides quorum, Action<Operation> then,
        TimeSpan? ttl = null, SimulatedNode? node = null) =>
        Ask(node ?? AnyNode(), at => Operation(at, OperationKind.Put, key, quorum, context, value, ttl), then);

    public void Add(ObjectKey key, CounterAdd add, QuorumOverrides quorum, Action<Operation> then) =>
        Ask(AnyNode(), at => Operation(at, OperationKind.Add, key, quorum, add: add), then);

    public void Delete(ObjectKey key, VersionVector? context, QuorumOverrides quorum, Action<Operation> then) =>
        Ask(AnyNode(), at => Operation(at, OperationKind.Delete, key, quorum, context), then);

    /// <summary>A whole listing of the keys that begin like this one's name, a page after the other at the same node.</summary>
    public void List(ObjectKey prefix, int limit, Action<Listing> then) => new Listing(run, this, prefix, limit, AnyNode(), then).Begin();

    /// <summary>Where the key lies, and what each of its owners holds of it.</summary>
    public void Explain(ObjectKey key, Action<Operation> then) =>
        Ask(AnyNode(), at => Operation(at, OperationKind.Explain, key, QuorumOverrides.None), then,
        (operation, reply) => new ExplainKey(operation.Key.Bucket, operation.Key.Bytes, reply));

    public void Ask(SimulatedNode node, Func<SimulatedNode, Operation> make, Action<Operation> then, Func<Operation, IClientReply,
        ClientRequest>? request = null)
    {
        var operation = make(node);
        run.History.Add(operation);
        var reply = new Reply(run, this, operation, node, then);
        run.Cluster.Simulation.After(_patience, () => reply.End(null));
        if (!node.IsRunning) run.Cluster.Simulation.After(Way(), () => reply.End(new NodeNotReady("connection refused")));
        else node.Host.Process!.Post("client", Way(), () => reply.Submit((request ?? Request)(operation, reply)));
    }

    public Operation Operation(
        SimulatedNode node, OperationKind kind, ObjectKey key, QuorumOverrides overrides, VersionVector? context = null,
            byte[]? value = null, TimeSpan? ttl = null, CounterAdd? add = null) => new()
            {
                Id = run.History.NextId,
                Client = Id,
                Node = node.Name,
                Process = node.IsRunning ? node.Host.Process : null,
                ClockAtNode = node.ClusterMilliseconds,
                Kind = kind,
                Key = key,
                Context = context,
                Value = value ?? [],
                Add = add,
                OwnTtl = ttl,
                Ttl = ttl ?? (kind == OperationKind.Put ? Buckets.SettingsOf(key.Bucket).Ttl : null),
                Overrides = overrides,
                Quorum = run.QuorumOf(key, overrides),
                Invoked = run.Now,
            };

    private static ClientRequest Request(Operation operation, IClientReply reply) => operation.Kind == OperationKind.Get
        ? new GetObject(operation.Key.Bucket, operation.Key.Bytes, reply) { Quorum = operation.Overrides }
        : new PutObject(operation.Key.Bucket, operation.Key.Bytes, reply)
        {
            Quorum = operation.Overrides,
            Context = operation.Context,
            Value = operation.Value,
            Ttl = operation.OwnTtl,
            Add = operation.Add,
            Tombstone = operation.Kind == OperationKind.Delete,
        };

    private TimeSpan Way() => run.Cluster.Simulation.Between(TimeSpan.Zero, _wayMost);

    public void After(Action action) => run.Cluster.Simulation.After(Way(), action);

    public void Ended(Operation operation, ClientOutcome? outcome)
    {
        operation.Complete(run.Now, outcome);
        run.Cluster.Simulation.Trace.Note(run.Now, operation.ToString());
        run.Completed(operation);
    }
}
