using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Messages;

/// <summary>
/// Between this node's actors and the links: gives actors that want answers an address, and other nodes' actors a reference. May be used by
/// all threads.
/// </summary>
internal sealed class Switchboard(NodeClock clock, IGreeter greeter, ILoggingAdapter log) : ILinksOwner
{
    private readonly ConcurrentDictionary<uint, IActorRef> _local = new();
    private readonly ConcurrentDictionary<IActorRef, ActorAddress> _addresses = new(ReferenceComparer.Instance);
    private readonly ConcurrentDictionary<(string Peer, uint Address), PeerActor> _peerActors = new();
    private IActorRef _listener = ActorRefs.Nobody;
    private int _lastAsker;

    /// <summary>Set once, before anything is sent.</summary>
    public ILinks Links { get; set; } = null!;

    /// <summary>Looks at every message first; false: it is not delivered. Null: all are.</summary>
    public Func<IActorRef, object, IActorRef, bool>? Admits { get; init; }

    /// <summary>Answers a read where it arrives, without a mailbox; null: the vnode shall.</summary>
    public Func<int, ReadReplica, ReplicaReply?> ReadHere { get; set; } = static (_, _) => null;

    public long UnixMilliseconds => clock.UnixMilliseconds;

    public long Elapsed => clock.Elapsed;

    /// <summary>By how much, and how exactly that is known, of the nodes that have told their time.</summary>
    public IEnumerable<(string Peer, TimeSpan Ahead, TimeSpan Within)> ClocksAhead =>
        from peer in Links.Peers
        where peer.Clock is not null
        select (peer.Peer.Name, clock.AheadOfOwn(peer.Clock!.Value), (peer.RoundTrip ?? default) / 2);

    public TimeSpan AheadOfWall => clock.AheadOfWall;

    public void CompareClocks() => clock.Compare(Links.Peers.Select(peer => peer.Clock).OfType<TimeSpan>());

    /// <summary>Told of <see cref="PeerUp"/>, <see cref="PeerDown"/>, <see cref="PeerRefused"/>, and to watch over actors that were given
    /// an address.</summary>
    public void ReportTo(IActorRef listener) => _listener = listener;

    public void Register(ActorAddress address, IActorRef actor)
    {
        _local[address.Value] = actor;
        _addresses[actor] = address;
    }

    public void Forget(IActorRef asker)
    {
        if (_addresses.TryRemove(asker, out var address)) _local.TryRemove(address.Value, out _);
    }

    /// <summary>Askers come and go, each with an address that nobody has again: they are not remembered.</summary>
    public IActorRef At(string peer, ActorAddress address) =>
        address.IsAsker ? new PeerActor(this, peer, address)
        : _peerActors.TryGetValue((peer, address.Value), out var known) ? known
        : _peerActors.GetOrAdd((peer, address.Value), static (key, board) => new PeerActor(board, key.Peer, new ActorAddress(key.Address)),
            this);

    /// <summary>False: nothing was sent.</summary>
    public bool Send(PeerActor to, object message, IActorRef? sender)
    {
        if (MessageKinds.Of(message) is not { } kind)
        {
            log.Error("A message of type {0} has no form to go to {1} in", message.GetType(), to.Path);
            return false;
        }
        var (requestId, slot, epoch) = message is IOfRequest of ? (of.RequestId, of.Slot, of.Epoch) : default;
        var header = new FrameHeader(kind.Number, slot, to.Address.Value, AddressOf(sender).Value, requestId, epoch, clock.Tick().Value);
        bool isBulk = kind.IsBulk || message is WriteReplica { IsBulk: true };
        return Links.Send(to.Peer, header, (kind, message), static (it, writer) => it.kind.Write(it.message, writer), isBulk);
    }

    private ActorAddress AddressOf(IActorRef? sender)
    {
        if (sender is null || sender.IsNobody()) return ActorAddress.None;
        if (_addresses.TryGetValue(sender, out var known)) return known;
        var address = ActorAddress.Asker((uint)Interlocked.Increment(ref _lastAsker));
        Register(address, sender);
        _listener.Tell(new AskerRegistered(sender), ActorRefs.NoSender);
        return address;
    }

    ReadOnlyMemory<byte> ILinksOwner.Greeting() => greeter.Greeting();

    GreetingVerdict ILinksOwner.Judge(ReadOnlyMemory<byte> greeting) => greeter.Judge(greeting);

    void ILinksOwner.Refused(HostPort address, string reason) => _listener.Tell(new PeerRefused(address, reason), ActorRefs.NoSender);

    void ILinksOwner.Up(Peer peer) => _listener.Tell(new PeerUp(peer), ActorRefs.NoSender);

    void ILinksOwner.Down(Peer peer, string reason) => _listener.Tell(new PeerDown(peer, reason), ActorRefs.NoSender);

    void ILinksOwner.Received(Peer from, in FrameHeader header, ReadOnlyMemory<byte> body)
    {
        clock.Observe(new HybridTime(header.Clock));
        if (MessageKinds.Numbered(header.Kind) is not { } kind)
            throw new FrameRefusedException($"a message is of the unknown kind {header.Kind}");
        try
        {
            Deliver(from, header, kind.Read(header, body));
        }
        catch (Exception e)
        {
            // The frame was whole: one message that cannot be read loses itself alone.
            log.Error(e, "A message of kind {0} from {1} cannot be read and is dropped: {2}", header.Kind, from.Name, e.Message);
        }
    }

    /// <summary>Both sides count the replica as one that could not do it at present; what is not listed here may be lost.</summary>
    void ILinksOwner.PassedOver(Peer from, in FrameHeader header)
    {
        var sender = At(from.Name, new ActorAddress(header.ReplyTo));
        var refused = new ReplicaRefused(header.RequestId, header.Slot, RefusalReason.Overloaded, Epoch: 0);
        switch (MessageKinds.Numbered(header.Kind)?.Type.Name)
        {
            case nameof(WriteReplica) when header.RequestId != WriteReplica.NoReply:
                Send((PeerActor)sender, refused, sender: null);
                break;
            case nameof(ForwardedPut):
                var overloaded = new NodeOverloaded(TimeSpan.FromSeconds(1), "An owner of the key has no memory to spare at present.");
                Send((PeerActor)sender, new ForwardedPutAnswer(header.RequestId, overloaded), sender: null);
                break;
            case nameof(ReplicaRead) when _local.TryGetValue(header.To, out var asker):
                asker.Tell(refused, sender);
                break;
        }
    }

    private void Deliver(Peer from, in FrameHeader header, object message)
    {
        var to = new ActorAddress(header.To);
        var sender = At(from.Name, new ActorAddress(header.ReplyTo));
        if (!_local.TryGetValue(to.Value, out var actor)) return;
        if (Admits is { } admits
            && !admits(actor, message is ReadReplica asked ? asked with { Key = asked.Key.ToArray() } : message, sender)) return;
        if (message is ReadReplica read)
        {
            if (to.IsVnode && ReadHere(to.Index, read) is { } answer)
            {
                // Where as much waits for that node as may, it is told so, in a message that is small.
                if (!Send((PeerActor)sender, answer, sender: null))
                    Send((PeerActor)sender, new ReplicaRefused(read.RequestId, read.Slot, RefusalReason.Overloaded, Epoch: 0), null);
                return;
            }
            // Its key lies in the buffer that frames arrive in.
            message = read with { Key = read.Key.ToArray() };
        }
        actor.Tell(message, sender);
    }

    // A path's hash is worked out anew each time; references of this node's actors are the same objects.
    private sealed class ReferenceComparer : IEqualityComparer<IActorRef>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(IActorRef? left, IActorRef? right) => ReferenceEquals(left, right);

        public int GetHashCode(IActorRef actor) => RuntimeHelpers.GetHashCode(actor);
    }
}

/// <summary>Says who this node is, and judges who others say they are.</summary>
internal interface IGreeter
{
    ReadOnlyMemory<byte> Greeting();

    GreetingVerdict Judge(ReadOnlyMemory<byte> greeting);
}

internal sealed record PeerUp(Peer Peer);

internal sealed record PeerDown(Peer Peer, string Reason);

internal sealed record PeerRefused(HostPort Address, string Reason);

/// <summary>It was given an address, and shall lose it when it ends.</summary>
internal sealed record AskerRegistered(IActorRef Asker);
