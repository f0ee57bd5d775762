using DynamoActors.Core.Security;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Calls;

/// <summary>What all connections share.</summary>
internal sealed class RespServices(IStoreNode node, ClientLimits limits, ServingBounds bounds, AccessControl? access, Allowances allowances)
{
    public IStoreNode Node => node;

    public ClientLimits Limits => limits;

    public ServingBounds Bounds => bounds;

    /// <summary>Whether clients are asked who they are.</summary>
    public bool IsControlled => access is not null;

    public Allowances Allowances => allowances;

    /// <summary>Who that is at this moment; null: nobody that is known.</summary>
    public Caller? CallerOf(Session session) => access is null ? Caller.Anyone
        : session.Token is { } hash ? access.Find(node.Tokens, hash) : access.Find(node.Tokens, session.Names);

    public bool Knows(TokenHash token) => access?.Find(node.Tokens, token) is not null;

    public TimeProvider Time => bounds.Time;

    public Questions Questions { get; } = new(bounds);

    public Databases Databases { get; } = new(node, limits.Databases);

    public ScanCursors Cursors { get; } = new();

    /// <summary>Whoever has spoken HTTP to this port.</summary>
    public SeldomTold HttpMet { get; } = new(bounds.Time);

    public Guessers Guessers { get; } = new(bounds.Time);

    public required RespMeter Meter { get; init; }

    /// <summary>Of all values in one answer.</summary>
    public long AnswerBytesMax { get; } = Math.Min(64L << 20, bounds.Answers.BytesMax / 2);

    public long Commands;

    /// <summary>By the clock that what expires goes by.</summary>
    public long UnixMilliseconds => node.ClusterUnixMilliseconds;
}

/// <param name="Databases">How many a client may SELECT.</param>
/// <param name="KeyBytesMax">Of the longest key.</param>
/// <param name="ValueBytesMax">Of the largest value.</param>
internal sealed record ClientLimits(int Databases, int KeyBytesMax, int ValueBytesMax);
