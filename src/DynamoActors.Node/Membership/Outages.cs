using Akka.Event;

namespace DynamoActors.Node.Membership;

/// <summary>Tells the log when another node goes and when it is back, each once: whether it was stopped, could not be reached or was
/// started again.</summary>
internal sealed class Outages(Action<LogLevel, string> log)
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    public void Reached(string name, ulong incarnation, TimeSpan now)
    {
        if (!_nodes.TryGetValue(name, out var before))
        {
            log(LogLevel.InfoLevel, $"{name} can be reached");
        }
        else if (before.LostAt is { } lostAt)
        {
            string what = before.Incarnation == incarnation ? "can be reached again" : "was started again and can be reached";
            log(LogLevel.InfoLevel, FormattableString.Invariant($"{name} {what}, after {(now - lostAt).TotalSeconds:0.0} s"));
        }
        _nodes[name] = new Node(incarnation, LostAt: null);
    }

    public void Lost(string name, bool isOrderly, string reason, TimeSpan now)
    {
        if (!_nodes.TryGetValue(name, out var before) || before.LostAt is not null) return;
        if (isOrderly) log(LogLevel.InfoLevel, $"{name} is stopping: requests go on with the other replicas");
        else log(LogLevel.WarningLevel, $"{name} cannot be reached ({reason}): requests go on with the other replicas");
        _nodes[name] = before with { LostAt = now };
    }

    private sealed record Node(ulong Incarnation, TimeSpan? LostAt);
}
