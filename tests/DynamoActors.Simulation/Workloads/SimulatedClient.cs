using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Coordination;
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

    public void Get(ObjectKey key, QuorumOverrides quorum, Action<Operation> then, SimulatedNode? node = null) =>
        Ask(OperationKind.Get, key, null, [], quorum, then, node);

    public void Put(ObjectKey key, VersionVector? context, byte[] value, QuorumOverrides quorum, Action<Operation> then) =>
        Ask(OperationKind.Put, key, context, value, quorum, then, null);

    public void Delete(ObjectKey key, VersionVector? context, QuorumOverrides quorum, Action<Operation> then) =>
        Ask(OperationKind.Delete, key, context, [], quorum, then, null);

    private void Ask(OperationKind kind, ObjectKey key, VersionVector? context, byte[] value, QuorumOverrides overrides, Action<Operation> then, SimulatedNode? node)
    {
        node ??= run.Cluster.Nodes[Random.Next(run.Cluster.Nodes.Count)];
        var operation = new Operation
        {
            Id = run.History.NextId,
            Client = Id,
            Node = node.Name,
            Kind = kind,
            Key = key,
            Context = context,
            Value = value,
            Overrides = overrides,
            Quorum = run.QuorumOf(key, overrides),
            Invoked = run.Now,
        };
        run.History.Add(operation);
        var reply = new Reply(this, operation, node, then);
        run.Cluster.Simulation.After(_patience, () => reply.End(null));
        if (!node.IsRunning) run.Cluster.Simulation.After(Way(), () => reply.End(new NodeNotReady("connection refused")));
        else node.Host.Process!.Post("client", Way(), () => node.Door!.Submit(Request(operation, reply)));
    }

    private static ClientRequest Request(Operation operation, IClientReply reply) => operation.Kind == OperationKind.Get
        ? new GetObject(operation.Key.Bucket, operation.Key.Bytes, reply) { Quorum = operation.Overrides }
        : new PutObject(operation.Key.Bucket, operation.Key.Bytes, reply)
        {
            Quorum = operation.Overrides,
            Context = operation.Context,
            Value = operation.Value,
            Tombstone = operation.Kind == OperationKind.Delete,
        };

    private TimeSpan Way() => run.Cluster.Simulation.Between(TimeSpan.Zero, _wayMost);

    private sealed class Reply(SimulatedClient client, Operation operation, SimulatedNode node, Action<Operation> then) : IClientReply
    {
        private readonly Akka.Embedded.Simulation.SimulatedProcess? _process = node.Host.Process;
        private bool _ended;

        public void Complete(ClientOutcome outcome)
        {
            // A process that lost its power while it worked says nothing any more.
            if (_process is { IsAlive: true }) client.After(() => End(outcome));
        }

        public void End(ClientOutcome? outcome)
        {
            if (_ended) return;
            _ended = true;
            client.Ended(operation, outcome);
            then(operation);
        }
    }

    private void After(Action action) => run.Cluster.Simulation.After(Way(), action);

    private void Ended(Operation operation, ClientOutcome? outcome)
    {
        operation.Complete(run.Now, outcome);
        run.Cluster.Simulation.Trace.Note(run.Now, operation.ToString());
        run.Completed(operation);
    }
}
