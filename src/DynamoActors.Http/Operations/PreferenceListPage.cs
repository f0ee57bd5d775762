using DynamoActors.Core.Ring;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary><c>/ring/preflist/{key}</c>: the nodes that own a key, in order (the paper's preference list, 4.3).</summary>
internal static class PreferenceListPage
{
    public static ValueTask ServeAsync(
        Exchange exchange, IStoreNode node, int keyBytesMax, ReadOnlySpan<char> encodedKey, ReadOnlySpan<char> query)
    {
        var read = new BucketQuery();
        if (!ObjectNames.TryReadKey(encodedKey, keyBytesMax, out var key, out var problem) || !read.TryRead(query, out problem))
            return exchange.WriteAsync(problem);
        return node.Ring is { } ring
            ? exchange.WriteJsonAsync(200, Of(node, ring, read.Bucket, key), StoreJson.Default.PreferenceList)
            : exchange.WriteAsync(OutcomeProblems.NotReady(node.Readiness.Reason));
    }

    private static Answers.PreferenceList Of(IStoreNode node, PartitionTable ring, string bucket, byte[] key)
    {
        var partition = ring.PartitionOf(bucket, key);
        var owners = new List<PreferredNode>();
        foreach (var owner in ring.Owners(partition))
        {
            var member = ring.Members[owner];
            owners.Add(new PreferredNode(member.Name, member.Http, IsReachable(node, member.Name)));
        }

        return new Answers.PreferenceList(bucket, partition, ring.Epoch, owners);
    }

    private static bool IsReachable(IStoreNode node, string name)
    {
        foreach (var view in node.Nodes)
        {
            if (view.Name == name) return view.Reachable;
        }

        return false;
    }
}
