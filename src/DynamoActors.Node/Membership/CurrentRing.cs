namespace DynamoActors.Node.Membership;

/// <summary>The ring as this node sees it now. Written by <see cref="Members"/> alone, read by everybody where it is needed.</summary>
internal sealed class CurrentRing
{
    private RingView? _view;

    /// <summary>Written by the ring keeper.</summary>
    public BucketTable Buckets { get; } = new();

    /// <summary>Null until the first ring is known.</summary>
    public RingView? View
    {
        get => Volatile.Read(ref _view);
        set => Volatile.Write(ref _view, value);
    }
}
