using System.Text.Json;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary><c>/cluster</c>: the members as this node sees them.</summary>
internal static class ClusterPage
{
    public static ReadOnlyMemory<byte> Render(IStoreNode node) => JsonText.Object(json =>
    {
        json.WriteString("node", node.Name);
        json.WriteBoolean("ready", node.Readiness.Ready);
        if (node.Ring is { } ring) json.WriteNumber("ringEpoch", ring.Epoch);
        else json.WriteNull("ringEpoch");
        json.WriteString("leader", node.Leader);
        json.WriteStartArray("members");
        foreach (var member in node.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", member.Name);
            json.WriteString("status", member.Status);
            json.WriteBoolean("reachable", member.Reachable);
            json.WriteString("http", member.Http);
            json.WriteString("address", member.Address);
            json.WriteString("zone", member.Zone);
            json.WriteNumber("weight", member.Weight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
