using DynamoActors.Core.Bytes;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Requests;

/// <summary>
/// One client's wish, handed to a coordinator of this node. Made by the HTTP front end (or an embedding application), answered exactly once
/// through <see cref="Client"/>, on a thread that must not be blocked.
/// </summary>
public abstract class ClientRequest(string bucket, ReadOnlyMemory<byte> key, IClientReply client)
{
    /// <summary>Its UTF-8 has 1 to 255 bytes.</summary>
    public string Bucket { get; } = bucket;

    /// <summary>1 to 1,024 bytes; not changed after the request was made.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    /// <summary>Takes the answer.</summary>
    public IClientReply Client { get; } = client;

    /// <summary>What the request itself asks for; what is null here comes from the bucket.</summary>
    public QuorumOverrides Quorum { get; init; } = QuorumOverrides.None;

    /// <summary>Lets the next request in and counts the outcome; set by the node that took this one.</summary>
    internal Action<ClientRequest, ClientOutcome>? Answered { get; set; }

    /// <summary>When the node took it, by its monotonic time.</summary>
    internal TimeSpan TakenAt { get; set; }

    /// <summary>Whose child the work on it is; null: it is not traced.</summary>
    public TraceParent? Trace { get; set; }

    internal void Complete(ClientOutcome outcome)
    {
        Answered?.Invoke(this, outcome);
        Client.Complete(outcome);
    }

    /// <summary>
    /// An object that is read for the request and has more bytes is answered with <see cref="ObjectIsLarge"/>, where this node can tell
    /// before it is in memory: whoever has made room for it asks again. May be changed between two submissions.
    /// </summary>
    public int ObjectBytesMax { get; set; } = int.MaxValue;

    /// <summary>From submission to answer; null: <c>dynamo.request-timeout</c>, and <see cref="Longer"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What a request has beyond the usual time, where it names none.</summary>
    internal virtual TimeSpan Longer => TimeSpan.Zero;
}

/// <summary>Takes the answer.</summary>
public interface IClientReply
{
    void Complete(ClientOutcome outcome);
}

public sealed class GetObject(string bucket, ReadOnlyMemory<byte> key, IClientReply client) : ClientRequest(bucket, key, client);

/// <summary>A put, or with <see cref="Tombstone"/> a delete.</summary>
public sealed class PutObject(string bucket, ReadOnlyMemory<byte> key, IClientReply client) : ClientRequest(bucket, key, client)
{
    // As slowly as disks take large values beside small ones, with some to spare.
    private const double LargeBytesPerSecond = 1 << 20;

    /// <summary>Null: replace whatever the write quorum knows. Otherwise supersede exactly what it covers.</summary>
    public VersionVector? Context { get; init; }

    public ReadOnlyMemory<byte> Value { get; init; }

    internal override TimeSpan Longer =>
        Value.Length < LargeArrays.LargeFrom ? TimeSpan.Zero : TimeSpan.FromSeconds(Value.Length / LargeBytesPerSecond);

    /// <summary>
    /// How many bytes in front of <see cref="Value"/>, in the same array, the node may overwrite: a large value's stored form is then made
    /// around it, without copying it.
    /// </summary>
    public int Headroom { get; init; }

    /// <summary>Null where the client sent none.</summary>
    public string? ContentType { get; init; }

    public bool Tombstone { get; init; }

    /// <summary>Null: no addition to a counter.</summary>
    public CounterAdd? Add { get; init; }

    /// <summary>After which the version reads as absent, in whole milliseconds of which there is one at least; null: the bucket's, which a
    /// deletion does not heed.</summary>
    public TimeSpan? Ttl
    {
        get;
        init => field = value is { } ttl ? TimeSpan.FromMilliseconds(Math.Max(1, (long)ttl.TotalMilliseconds)) : null;
    }

    /// <summary>Written only if they hold of what a read quorum knows; then superseding what that is, where there is no
    /// <see cref="Context"/>.</summary>
    public Conditions Conditions { get; init; }

    /// <summary>The same put once more: the first one's stored form lies around the value now.</summary>
    internal PutObject WithoutHeadroom() => Headroom == 0 ? this : new PutObject(Bucket, Key, Client)
    {
        Answered = Answered,
        TakenAt = TakenAt,
        Trace = Trace,
        Quorum = Quorum,
        Timeout = Timeout,
        Context = Context,
        Value = Value,
        ContentType = ContentType,
        Ttl = Ttl,
        Tombstone = Tombstone,
    };
}
