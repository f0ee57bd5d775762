using System.Text.Json;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary>What is known of one key, as JSON.</summary>
internal static class ExplanationJson
{
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static ReadOnlyMemory<byte> Render(ExplainKey asked, KeyExplained explained) => JsonText.Object(json =>
    {
        json.WriteString("key", PercentEncoding.Encode(asked.Key.Span));
        json.WriteString("bucket", asked.Bucket);
        json.WriteNumber("partition", explained.Partition);
        json.WriteNumber("epoch", explained.Epoch);
        json.WriteStartArray("owners");
        foreach (var owner in explained.Owners) WriteOwner(json, owner);
        json.WriteEndArray();
        json.WriteStartArray("standIns");
        foreach (var standIn in explained.StandIns) WriteStandIn(json, standIn);
        json.WriteEndArray();
        json.WriteStartArray("hints");
        foreach (var hint in explained.Hints) WriteHint(json, hint);
        json.WriteEndArray();
        JsonTime.Write(json, "inSyncAsOf", explained.InSyncAsOf);
        json.WriteString("why", explained.Why);
    });

    private static void WriteOwner(Utf8JsonWriter json, ExplainedOwner owner)
    {
        json.WriteStartObject();
        json.WriteString("node", owner.Node);
        json.WriteBoolean("reachable", owner.Reachable);
        json.WriteString("answer", owner.Answer.ToString().ToLowerInvariant());
        WriteContext(json, owner.Held?.Context);
        json.WriteStartArray("siblings");
        foreach (var sibling in owner.Held?.Siblings ?? []) WriteSibling(json, sibling);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSibling(Utf8JsonWriter json, Sibling sibling)
    {
        json.WriteStartObject();
        json.WriteString("dot", sibling.Dot.ToString());
        json.WriteNumber("bytes", sibling.Value.Length);
        json.WriteBoolean("tombstone", sibling.IsTombstone);
        JsonTime.Write(json, "expires", sibling.ExpiresAtUnixMilliseconds is { } expiry ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(expiry, LastMillisecond)) : null);
        json.WriteEndObject();
    }

    private static void WriteStandIn(Utf8JsonWriter json, ExplainedStandIn standIn)
    {
        json.WriteStartObject();
        json.WriteString("node", standIn.Node);
        json.WriteString("for", standIn.HoldsFor);
        json.WriteEndObject();
    }

    private static void WriteHint(Utf8JsonWriter json, ExplainedHint hint)
    {
        json.WriteStartObject();
        json.WriteString("node", hint.Node);
        json.WriteString("for", hint.For);
        JsonTime.Write(json, "keptAt", hint.KeptAt);
        WriteContext(json, hint.Context);
        json.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter json, VersionVector? context)
    {
        if (context is null) json.WriteNull("context");
        else json.WriteString("context", ContextText.ToText(context));
    }
}
