using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;

namespace DynamoActors.Node.Vnodes;

/// <summary>
/// The dots of the shares of counters that a vnode makes: as an owner under one writer, and for each owner that it stands in for under
/// another. A writer's newest share stands for all before it and supersedes them wherever they are, so none goes on when something that
/// it may have written is dropped: the next one counts from nothing, beside what was dropped here and lives on elsewhere.
/// </summary>
/// <remarks>Kept in memory alone: a start, too, is followed by writers of its own.</remarks>
internal sealed class ShareDots(DotSource dots)
{
    private const string Own = "";

    private readonly Dictionary<string, Dot> _last = [];

    /// <param name="standsInFor">The owner for whom the share is kept as a hint; null: it is this node's own.</param>
    public Dot Next(string? standsInFor)
    {
        var last = _last.TryGetValue(standsInFor ?? Own, out var before) ? before : new Dot(dots.NewWriter(), 0);
        return _last[standsInFor ?? Own] = last with { Counter = last.Counter + 1 };
    }

    /// <summary>Something that was kept for that owner, or as an owner.</summary>
    public void Dropped(string standsInFor = Own) => _last.Remove(standsInFor);
}
