using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DynamoActors.Client.Telemetry;

/// <summary>Metrics and traces, under one name.</summary>
internal static class ClientTelemetry
{
    public const string Name = "DynamoActors.Client";

    private static readonly ActivitySource Traces = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "dynamo.client.request.duration", "s", "A request with all its attempts, by operation and outcome.");

    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "dynamo.client.attempts", "{attempt}", "Requests to single nodes, by operation and why: first, retry or hedge.");

    private static readonly Counter<long> RingsLearned = Meter.CreateCounter<long>(
        "dynamo.client.rings", "{ring}", "Rings learned.");

    private static readonly Counter<long> NodesLost = Meter.CreateCounter<long>(
        "dynamo.client.nodes.lost", "{node}", "Nodes that could not be reached any more, by address.");

    public static Activity? Begin(string operation, string? bucket)
    {
        if (!Traces.HasListeners()) return null;
        var activity = Traces.StartActivity(bucket == null ? operation : $"{operation} {bucket}", ActivityKind.Client);
        activity?.SetTag("db.system.name", "dynamoactors").SetTag("db.operation.name", operation);
        if (bucket != null) activity?.SetTag("db.collection.name", bucket);
        return activity;
    }

    public static void End(Activity? activity, string operation, string outcome, TimeSpan time, string? error)
    {
        Durations.Record(time.TotalSeconds, new KeyValuePair<string, object?>("operation", operation), new("outcome", outcome));
        if (error != null) activity?.SetStatus(ActivityStatusCode.Error, error);
    }

    public static void Attempt(string operation, string why, Uri node)
    {
        Attempts.Add(1, new KeyValuePair<string, object?>("operation", operation), new("why", why));
        if (Activity.Current is { IsAllDataRequested: true } activity)
            activity.AddEvent(new ActivityEvent(why, tags: new ActivityTagsCollection { ["server.address"] = node.Authority }));
    }

    public static void RingLearned() => RingsLearned.Add(1);

    public static void NodeLost(Uri node) => NodesLost.Add(1, new KeyValuePair<string, object?>("server.address", node.Authority));
}
