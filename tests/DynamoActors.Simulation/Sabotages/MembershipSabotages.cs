using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Security;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Sabotages;

/// <summary>Under convergence only, which there is none of while anybody is away.</summary>
internal sealed class ServingWhenUp : Sabotage
{
    public override string Name => "serving-when-up";

    public override string Description => "a node serves only once the cluster has agreed that it is up";

    public override IStoreNode Door(IStoreNode door) => new Waiting(door);

    private sealed class Waiting(IStoreNode door) : IStoreNode
    {
        private bool IsUp => door.Nodes.Any(node => node.Name == Name && node.Status == "Up");

        public string Name => door.Name;

        public PartitionTable? Ring => door.Ring;

        public IReadOnlyList<NodeView> Nodes => door.Nodes;

        public string? Leader => door.Leader;

        public NodeReadiness Readiness => IsUp ? door.Readiness : new NodeReadiness(false, "The cluster does not count this node as up.");

        public NodeStatistics Statistics => door.Statistics;

        public IReadOnlyList<LoadPoint> Load => door.Load;

        public BucketSettings Bucket(string bucket) => door.Bucket(bucket);

        public void Submit(ClientRequest request)
        {
            if (IsUp) door.Submit(request);
            else request.Client.Complete(new NodeNotReady(Readiness.Reason));
        }

        public Task<BucketSettings> SetBucketAsync(string bucket, BucketSettings settings, BucketFields fields = BucketFields.All) =>
            door.SetBucketAsync(bucket, settings, fields);

        public TokenTable Tokens => door.Tokens;

        public Task<AccessToken?> SetTokenAsync(AccessToken token) => door.SetTokenAsync(token);

        public Task<PlanOutcome> PlanAsync(PlanRequest request) => door.PlanAsync(request);

        public TransfersView Transfers => door.Transfers;

        public HybridTime LaterThan(HybridTime seen) => door.LaterThan(seen);

        public long ClusterUnixMilliseconds => door.ClusterUnixMilliseconds;

        public Func<ReadOnlyMemory<byte>> Facts
        {
            set => door.Facts = value;
        }

        public Task<ReadOnlyMemory<byte>> AskFactsAsync(string node) => door.AskFactsAsync(node);
    }
}

/// <summary>As Akka.Cluster's own rule has it, whatever the directory remembers.</summary>
internal sealed class FirstSeedAlone : Sabotage
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public override string Name => "first-seed-alone";

    public override string Description => "the first seed forms a cluster where nobody has answered for five seconds";

    public override void Started(SimulatedNode node, ActorSystem system)
    {
        if (node.Host.Index != 0) return;
        node.Host.Process!.Post("patience", _patience, () =>
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            if (node.ClusterMembers.Count == 0) cluster.Join(cluster.SelfAddress);
        });
    }
}

internal sealed class FirstSeedOrNobody : Sabotage
{
    public override string Name => "first-seed-or-nobody";

    public override string Description => "nobody but the first seed is heard of where a cluster is to be formed";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is MemberState && node.Name != First(node) && (sender as PeerActor)?.Peer != First(node) ? null : message;

    private static string First(SimulatedNode node) => node.Host.Simulation.Hosts[0].Name;
}

internal sealed class FormerAddress : Sabotage
{
    private readonly Dictionary<SimulatedNode, string> _first = [];

    public override string Name => "former-address";

    public override string Description => "a node that came back under another address says that its actors are where they were";

    public override ILinksOwner Links(SimulatedNode node, ILinksOwner owner) => new Liar(owner, remote =>
    {
        _first.TryAdd(node, remote);
        return _first[node];
    });

    private sealed class Liar(ILinksOwner owner, Func<string, string> remote) : ILinksOwner
    {
        public long UnixMilliseconds => owner.UnixMilliseconds;

        public long Elapsed => owner.Elapsed;

        public ReadOnlyMemory<byte> Greeting()
        {
            var greeting = MemberCodec.Decode(owner.Greeting());
            return MemberCodec.Encode(greeting with { Remote = remote(greeting.Remote) });
        }

        public GreetingVerdict Judge(ReadOnlyMemory<byte> greeting) => owner.Judge(greeting);

        public void Refused(HostPort address, string reason) => owner.Refused(address, reason);

        public void Up(Peer peer) => owner.Up(peer);

        public void Down(Peer peer, string reason) => owner.Down(peer, reason);

        public void Received(Peer from, in FrameHeader header, ReadOnlyMemory<byte> body) => owner.Received(from, header, body);

        public void PassedOver(Peer from, in FrameHeader header) => owner.PassedOver(from, header);
    }
}

/// <summary>Whoever asks is confirmed, as by an empty set of peers.</summary>
internal sealed class ForgetfulPeers : Sabotage
{
    public override string Name => "forgetful-peers";

    public override string Description => "nobody remembers which of another node's counters are used";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is IdentityTold told ? told with { Seen = 0, Newest = 0 } : message;
}

/// <summary>A directory that was put back within the life in which it was copied keeps its identity.</summary>
internal sealed class ForgottenNewest : Sabotage
{
    public override string Name => "forgotten-newest";

    public override string Description => "of another node's counters only the blocks are remembered";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender) =>
        message is IdentityTold told ? told with { Newest = 0 } : message;
}
