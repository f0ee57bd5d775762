using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Commands;

namespace DynamoActors.Resp.Connections;

/// <summary>What all connections share.</summary>
internal sealed class RespServices(IStoreNode node, RespOptions options, ServingBounds bounds)
{
    public IStoreNode Node => node;

    public RespOptions Options => options;

    public ServingBounds Bounds => bounds;

    public TimeProvider Time => bounds.Time;

    public Questions Questions { get; } = new(bounds);

    public Databases Databases { get; } = new(node, options.Databases);

    public ScanCursors Cursors { get; } = new();

    /// <summary>Of all values in one answer.</summary>
    public long AnswerBytesMax { get; } = Math.Min(64L << 20, bounds.Answers.BytesMax / 2);

    public int Connections;

    public long Commands;

    public long UnixMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
