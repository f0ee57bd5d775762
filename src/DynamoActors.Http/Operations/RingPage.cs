using System.Text.Json;
using DynamoActors.Core.Ring;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary><c>/ring</c>: which members own which partitions.</summary>
internal static class RingPage
{
    public static ValueTask ServeAsync(Exchange exchange, IStoreNode node) => node.Ring is { } ring
        ? exchange.WriteJsonAsync(200, Render(ring))
        : exchange.WriteAsync(OutcomeProblems.NotReady(node.Readiness.Reason));

    private static ReadOnlyMemory<byte> Render(PartitionTable ring) => JsonText.Object(json =>
    {
        json.WriteNumber("epoch", ring.Epoch);
        json.WriteNumber("partitions", ring.PartitionCount);
        json.WriteNumber("replicas", ring.ReplicaCount);
        json.WriteStartArray("members");
        for (var member = 0; member < ring.Members.Length; member++) WriteMember(json, ring, member);
        json.WriteEndArray();
        json.WriteStartArray("owners");
        for (var partition = 0; partition < ring.PartitionCount; partition++) WriteOwners(json, ring, partition);
        json.WriteEndArray();
    }, 16 * 1024);

    private static void WriteMember(Utf8JsonWriter json, PartitionTable ring, int member)
    {
        json.WriteStartObject();
        json.WriteString("name", ring.Members[member].Name);
        json.WriteString("http", ring.Members[member].Http);
        json.WriteString("zone", ring.Members[member].Zone);
        json.WriteNumber("weight", ring.Members[member].Weight);
        json.WriteNumber("partitions", ring.PartitionsOf(member).Length);
        json.WriteEndObject();
    }

    /// <summary>The names of a partition's owners, in order of preference; the array's index is the partition.</summary>
    public static void WriteOwners(Utf8JsonWriter json, PartitionTable ring, int partition)
    {
        json.WriteStartArray();
        foreach (var owner in ring.Owners(partition)) json.WriteStringValue(ring.Members[owner].Name);
        json.WriteEndArray();
    }
}
