using System.Diagnostics.Metrics;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Telemetry;

/// <summary>
/// One node's instruments, in a meter of its own; docs/METRICS.md tells what each is for. Requests are counted as they end; everything else
/// is read when somebody asks.
/// </summary>
public sealed class NodeMeter : IDisposable
{
    public const string Name = "DynamoActors";

    private readonly RequestTally _requests = new();
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _siblings;
    private readonly Histogram<double> _logSync;

    /// <param name="node">Told by the meter, where there may be several nodes in one process; null: there is one.</param>
    public NodeMeter(string? node = null)
    {
        Meter = new Meter(new MeterOptions(Name) { Tags = node is null ? null : [new("dynamo.node", node)] });
        Meter.CreateObservableCounter("dynamo.requests", _requests.Read, "{request}",
            "Requests of this node's clients, by how they ended.");
        _duration = Meter.CreateHistogram("dynamo.request.duration", "s", "From a request's arrival at the node to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBuckets.Seconds });
        _logSync = Meter.CreateHistogram("dynamo.log.sync.duration", "s", "Of each sync of the write-ahead log.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBuckets.Seconds });
        _siblings = Meter.CreateHistogram("dynamo.read.siblings", "{sibling}", "Versions side by side that a read found.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 5, 10, 20, 50, 100] });
    }

    internal RecentLoad Load { get; } = new();

    internal Meter Meter { get; }

    /// <summary>From now on what this node counts can be read. Once.</summary>
    public void Observe(IStoreNode node, TimeProvider time) => NodeInstruments.Create(Meter, new NodeReading(node, time));

    public void Dispose() => Meter.Dispose();

    /// <summary>The log was synced; any thread may call.</summary>
    public void LogSynced(TimeSpan took) => _logSync.Record(took.TotalSeconds);

    /// <summary>A request has ended; any thread may call.</summary>
    /// <param name="now">Time since some fixed moment; never jumps.</param>
    public void Answered(ClientRequest request, ClientOutcome outcome, TimeSpan took, TimeSpan now)
    {
        // It comes again, once there is room for it.
        if (outcome is ObjectIsLarge) return;
        _requests.Count(request, outcome);
        if (outcome is NodeOverloaded or NodeNotReady) return;
        _duration.Record(took.TotalSeconds, RequestTally.OperationTags[RequestTally.OperationOf(request)]);
        Load.Count(took, now);
        if (outcome is ObjectRead { Object: { } found }) _siblings.Record(found.Siblings.Length);
    }
}

/// <summary>What a node counts, read once for all instruments that are asked at the same time.</summary>
internal sealed class NodeReading(IStoreNode node, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(200);

    private NodeStatistics? _statistics;
    private long _readAt;

    public IStoreNode Node => node;

    public DateTimeOffset Now => time.GetUtcNow();

    public NodeStatistics Statistics
    {
        get
        {
            if (_statistics is null || time.GetElapsedTime(_readAt) > FreshFor)
                (_statistics, _readAt) = (node.Statistics, time.GetTimestamp());
            return _statistics;
        }
    }
}
