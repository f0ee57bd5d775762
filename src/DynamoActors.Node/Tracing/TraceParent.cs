using System.Diagnostics;

namespace DynamoActors.Node.Tracing;

/// <summary>The span that a request's work belongs to, here or on another node. Only sampled ones are carried.</summary>
public sealed record TraceParent(ActivityContext Context)
{
    /// <summary>Of the W3C trace context: trace id and span id.</summary>
    private const int TraceIdLength = 16, Length = TraceIdLength + 8;

    /// <summary>As it travels between nodes; empty: there is none.</summary>
    internal static ReadOnlyMemory<byte> Encode(TraceParent? parent)
    {
        if (parent is null) return default;
        var bytes = new byte[Length];
        parent.Context.TraceId.CopyTo(bytes.AsSpan(0, TraceIdLength));
        parent.Context.SpanId.CopyTo(bytes.AsSpan(TraceIdLength));
        return bytes;
    }

    /// <summary>Null where it is none: a request is not refused for that.</summary>
    internal static TraceParent? Decode(ReadOnlySpan<byte> encoded) => encoded.Length != Length ? null
        : new TraceParent(new ActivityContext(
            ActivityTraceId.CreateFromBytes(encoded[..TraceIdLength]), ActivitySpanId.CreateFromBytes(encoded[TraceIdLength..]),
            ActivityTraceFlags.Recorded, isRemote: true));
}
