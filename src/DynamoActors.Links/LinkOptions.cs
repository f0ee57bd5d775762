namespace DynamoActors.Links;

/// <summary>Bounds and times of all links of a node.</summary>
public sealed record LinkOptions
{
    /// <summary>Where to listen: a local address; 0.0.0.0 for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The largest frame taken. A longer one closes its connection before memory is taken for it.</summary>
    public int FrameBytesMax { get; init; } = 128 << 20;

    /// <summary>Frames above this go over the bulk connection, where they delay no small one.</summary>
    public int BulkFrameBytes { get; init; } = 64 << 10;

    /// <summary>What may wait for one peer's requests connection; more is refused to the sender at once.</summary>
    public long RequestBytesMax { get; init; } = 64 << 20;

    /// <summary>The same for its bulk connection.</summary>
    public long BulkBytesMax { get; init; } = 512 << 20;

    /// <summary>How often a peer is asked for a sign of life.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A peer that was not heard for so long is down until it is heard again.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From dialling to the answered greeting.</summary>
    public TimeSpan GreetingTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The first wait after a connection failed; each further one is twice as long.</summary>
    public TimeSpan RedialMin { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RedialMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The lowest and the highest protocol spoken; with each peer it is the highest that both do. Other than usual in tests
    /// alone.</summary>
    public (ushort Min, ushort Max) Protocols { get; init; } = (Introduction.ProtocolMin, Introduction.ProtocolMax);

    /// <summary>Kinds of messages below this number are known.</summary>
    public int KindsMax { get; init; } = FrameKinds.FirstControl;

    /// <summary>Kinds whose body is only looked at while <see cref="ILinksOwner.Received"/> runs: no memory of their own is taken for
    /// them.</summary>
    public Func<ushort, bool> IsTransient { get; init; } = static _ => false;

    /// <summary>
    /// Where the body of a large frame is received into: an array of that length with any content. Null: there is no room; then the body is
    /// passed over, and <see cref="ILinksOwner.PassedOver"/> called.
    /// </summary>
    public Func<int, byte[]?> Allocate { get; init; } = static length => GC.AllocateUninitializedArray<byte>(length);
}
