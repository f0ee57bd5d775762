using System.Text.Json;
using DynamoActors.Core.Ring;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary><c>/ring/preflist/{key}</c>: the nodes that own a key, in order (the paper's preference list, 4.3).</summary>
internal static class PreferenceListPage
{
    public static ValueTask ServeAsync(
        Exchange exchange, IStoreNode node, HttpFrontEndOptions options, ReadOnlySpan<char> encodedKey, ReadOnlySpan<char> query)
    {
        if (!ObjectNames.TryReadKey(encodedKey, options.KeyBytesMax, out var key, out var problem)) return exchange.WriteAsync(problem);
        if (!BucketQuery.TryRead(query, out var bucket, out problem)) return exchange.WriteAsync(problem!);
        return node.Ring is { } ring
            ? exchange.WriteJsonAsync(200, Render(node, ring, bucket, key))
            : exchange.WriteAsync(OutcomeProblems.NotReady(node.Readiness.Reason));
    }

    private static ReadOnlyMemory<byte> Render(IStoreNode node, PartitionTable ring, string bucket, byte[] key) => JsonText.Object(json =>
    {
        var partition = ring.PartitionOf(bucket, key);
        json.WriteString("bucket", bucket);
        json.WriteNumber("partition", partition);
        json.WriteNumber("epoch", ring.Epoch);
        json.WriteStartArray("owners");
        foreach (var owner in ring.Owners(partition))
        {
            var member = ring.Members[owner];
            json.WriteStartObject();
            json.WriteString("name", member.Name);
            json.WriteString("http", member.Http);
            json.WriteBoolean("reachable", IsReachable(node, member.Name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static bool IsReachable(IStoreNode node, string name)
    {
        foreach (var view in node.Nodes)
        {
            if (view.Name == name) return view.Reachable;
        }

        return false;
    }
}
