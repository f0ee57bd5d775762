using System.Diagnostics;

namespace DynamoActors.Node.Tracing;

/// <summary>
/// Spans of requests and of what nodes do by themselves, for whoever listens to this source. While nobody does, or a request is not among
/// the sampled, there is no span, nothing to carry along, and nothing is allocated.
/// </summary>
public static class Traces
{
    public const string SourceName = "DynamoActors";

    private static readonly ActivitySource _source = new(SourceName);

    public static bool AreOn => _source.HasListeners();

    /// <summary>Begins a span; disposing of it ends it. What is under way on this thread has no say in whose child it is.</summary>
    /// <returns>Null: nobody wants it.</returns>
    public static Activity? Begin(string name, ActivityContext parent = default, ActivityKind kind = ActivityKind.Internal)
    {
        if (!AreOn) return null;
        var around = Activity.Current;
        Activity.Current = null;
        var span = _source.StartActivity(name, kind, parent);
        if (span is { Recorded: false })
        {
            span.Dispose();
            span = null;
        }

        Activity.Current = around;
        return span;
    }

    public static Activity? Begin(this TraceParent? parent, string name) => parent is null ? null : Begin(name, parent.Context);

    /// <summary>For a line of the log.</summary>
    public static string Id(this TraceParent? parent) => parent is null ? "none" : parent.Context.TraceId.ToHexString();

    /// <summary>What the span's children carry along.</summary>
    public static TraceParent? AsParent(this Activity? span) => span is null ? null : new TraceParent(span.Context);
}
