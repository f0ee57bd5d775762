using Akka.Actor;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Transfers;

namespace DynamoActors.Node.Membership;

/// <summary>The ring as this node sees it now. Written by <see cref="Members"/> alone, read by everybody where it is needed.</summary>
internal sealed class CurrentRing
{
    private RingView? _view;

    /// <summary>Written by the ring keeper.</summary>
    public BucketTable Buckets { get; } = new();

    /// <summary>Told of <see cref="RingDiffers"/>.</summary>
    public IActorRef Keeper { get; set; } = ActorRefs.Nobody;

    /// <summary>Written by anti-entropy, which moves partitions.</summary>
    public TransfersView Transfers { get; set => Volatile.Write(ref field, value); } = TransfersView.None;

    public MoveTraffic Moves { get; } = new();

    /// <summary>Null until the first ring is known.</summary>
    public RingView? View
    {
        get => Volatile.Read(ref _view);
        set => Volatile.Write(ref _view, value);
    }
}
