namespace DynamoActors.Node.Coordination;

/// <summary>
/// Whether this node's own disk answers at present. A put needs its coordinating replica's own acknowledgement (docs/decisions/0002), so
/// that while it does not, other owners coordinate.
/// </summary>
internal sealed class OwnStore
{
    // What was asked before is answered when the disk goes on; only a vnode that failed in between loses the answer.
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private TimeSpan? _stalledAt;

    public void Stalled(TimeSpan now) => _stalledAt = now;

    public void Answered() => _stalledAt = null;

    public bool IsStalled(TimeSpan now) => _stalledAt is { } at && now - at < Forgotten;
}
