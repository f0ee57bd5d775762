using System.Collections.Concurrent;
using System.Text.Json;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Operations;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Status;

/// <summary>
/// What the other nodes say of themselves, over the nodes' own links, each asked at most once a second; and what this one says to them.
/// It is no more than whoever may see the page may see of each node.
/// </summary>
internal sealed class Neighbours
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);
    private readonly IStoreNode _node;
    private readonly TimeProvider _time;

    public Neighbours(IStoreNode node, TimeProvider time)
    {
        (_node, _time) = (node, time);
        node.Facts = () => StoreJson.ToBytes(Own, FactsJson.Default.NodeFacts);
    }

    /// <summary>What this node says.</summary>
    public NodeFacts Own => new(ClusterPage.Of(_node), StatisticsPage.Of(_node),
        _node.Ring is { } ring ? PlanPage.TransfersOf(ring, _node.Transfers) : null, StatisticsPage.LoadOf(_node));

    /// <returns>Null: it did not answer.</returns>
    public Task<NodeFacts?> AskAsync(string node)
    {
        if (_asked.TryGetValue(node, out var known) && _time.GetElapsedTime(known.At) < FreshFor) return known.Facts;
        return (_asked[node] = new Asked(_time.GetTimestamp(), AnswerAsync(node))).Facts;
    }

    private async Task<NodeFacts?> AnswerAsync(string node)
    {
        try
        {
            return await _node.AskFactsAsync(node) is { IsEmpty: false } told
                ? JsonSerializer.Deserialize(told.Span, FactsJson.Default.NodeFacts) : null;
        }
        catch (JsonException)
        {
            // Of another version, which says it otherwise.
            return null;
        }
    }

    private sealed record Asked(long At, Task<NodeFacts?> Facts);
}
