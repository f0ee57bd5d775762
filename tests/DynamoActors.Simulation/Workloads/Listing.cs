using DynamoActors.Core.Quorum;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Workloads;

/// <summary>All pages of one listing, each an operation of its own.</summary>
internal sealed class Listing(Observed run, SimulatedClient client, ObjectKey prefix, int limit, SimulatedNode node, Action<Listing> then)
{
    private readonly List<string> _keys = [];

    /// <summary>When the first page was asked for.</summary>
    public TimeSpan Invoked { get; } = run.Now;

    public string Node => node.Name;

    public ObjectKey Prefix => prefix;

    public int Limit => limit;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>It came to the last page.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Who could be reached, as the node saw it when the first page was asked for.</summary>
    public RingView? Before { get; } = node.View;

    /// <summary>The same when the last one came.</summary>
    public RingView? After { get; private set; }

    public void Begin() => Ask(default);

    private void Ask(ReadOnlyMemory<byte> after) =>
        client.Ask(node, at => client.Operation(at, OperationKind.List, prefix, QuorumOverrides.None),
        page => Took(page), (_, reply) => new ListKeys(prefix.Bucket, prefix.Bytes, reply) { After = after, Limit = limit });

    private void Took(Operation page)
    {
        After = node.View;
        if (page.Outcome is not KeysListed listed)
        {
            End();
            return;
        }
        _keys.AddRange(listed.Keys.Select(key => System.Text.Encoding.UTF8.GetString(key.Span)));
        if (listed.Keys.Length > limit) _keys.Add("\uffff more than the page may hold");
        if (listed.Next is { } next)
        {
            Ask(next);
            return;
        }
        IsWhole = true;
        End();
    }

    private void End()
    {
        run.Listed(this);
        then(this);
    }
}
