using System.Diagnostics;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>Something under way with several vnodes. Lives inside <see cref="AntiEntropyActor"/>, which ends it where an answer stays
/// out.</summary>
internal abstract class Exchange(AntiEntropyServices services, PlannedExchange planned)
{
    private readonly Activity? _span = Traces.Begin("exchange")?
        .SetTag("dynamo.partition", planned.Partition).SetTag("dynamo.peer", planned.Peer);

    public long Id { get; } = services.NextId();

    public PlannedExchange Planned { get; } = planned;

    /// <summary>Null: still under way.</summary>
    public ExchangeEnd? End { get; private set; }

    /// <summary>It ended at the first look: there was nothing to exchange.</summary>
    public bool FoundNothing { get; protected set; }

    /// <summary>When it was last heard of; it counts as heard of while it waits for its turn to spend.</summary>
    public TimeSpan HeardAt { get; set; } = services.Now;

    protected long RequestId => MemberRequest.Id(Id, member: 0);

    protected AntiEntropyServices Services { get; } = services;

    public abstract void Start();

    public abstract void OnReply(ReplicaReply reply);

    /// <summary>The wait it asked for is over.</summary>
    public virtual void OnWake() { }

    public void EndSpan(ExchangeEnd end) =>
        _span?.SetTag("dynamo.outcome", end.ToString()).SetTag("dynamo.objects", Planned.ObjectsMoved).Dispose();

    /// <summary>What was in the way; null: nothing that people should know.</summary>
    public string? Trouble { get; private set; }

    protected void Finish(ExchangeEnd end, string? trouble = null)
    {
        if (End is null) Trouble = trouble;
        End ??= end;
    }
}

internal enum ExchangeEnd
{
    /// <summary>The comparison found both equal; the reaping found nothing more to do.</summary>
    Settled,
    /// <summary>Written to meanwhile: what differed was exchanged, and the next comparison finds what came later.</summary>
    Moving,
    /// <summary>A vnode is behind with its work, or fell silent: soon again.</summary>
    PutOff,
    /// <summary>A vnode refused.</summary>
    Failed,
}
