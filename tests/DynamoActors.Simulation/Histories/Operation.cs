using DynamoActors.Core.Buckets;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Simulation.Engine;

namespace DynamoActors.Simulation.Histories;

internal enum OperationKind { Get, Put, Delete, Add, List, Explain }

internal enum OperationState
{
    UnderWay,
    Done,
    /// <summary>A write that may have happened, may yet, or may never.</summary>
    Unknown,
    /// <summary>The client was told that nothing was written, or (a read) got no answer.</summary>
    NotDone,
}

/// <summary>What one client asked for, and what it was told.</summary>
internal sealed class Operation
{
    public required int Id { get; init; }
    public required int Client { get; init; }
    public required string Node { get; init; }
    public required OperationKind Kind { get; init; }
    public required ObjectKey Key { get; init; }

    /// <summary>Null: "replace what is there".</summary>
    public VersionVector? Context { get; init; }

    public byte[] Value { get; init; } = [];

    /// <summary>What is added to a counter.</summary>
    public CounterAdd? Add { get; init; }

    /// <summary>What the write says itself of how long its version is to be read; null: nothing.</summary>
    public TimeSpan? OwnTtl { get; init; }

    /// <summary>That, or what the bucket says; null: for ever.</summary>
    public TimeSpan? Ttl { get; init; }

    public bool Expires => Ttl is not null;

    /// <summary>What the node that was asked took the cluster's time for then, in milliseconds since 1970.</summary>
    public long ClockAtNode { get; init; }

    /// <summary>The process that was asked; null: none ran.</summary>
    public SimulatedProcess? Process { get; init; }

    public QuorumOverrides Overrides { get; init; } = QuorumOverrides.None;
    public required ResolvedQuorum Quorum { get; init; }
    public required TimeSpan Invoked { get; init; }

    /// <summary>When the node took it, and when it answered.</summary>
    public TimeSpan? Submitted { get; set; }

    public TimeSpan? Answered { get; set; }

    public TimeSpan? Completed { get; private set; }
    public OperationState State { get; private set; }
    public ClientOutcome? Outcome { get; private set; }

    public bool IsWrite => Kind is OperationKind.Put or OperationKind.Delete;

    /// <summary>What a read was told; null: nothing is known of the key.</summary>
    public VersionedObject? Read => (Outcome as ObjectRead)?.Object;

    /// <summary>What the coordinating replica held after an acknowledged write.</summary>
    public VersionedObject Stored => ((ObjectWritten)Outcome!).Object;

    /// <summary>The dot of an acknowledged write.</summary>
    public Dot Dot { get; private set; }

    /// <param name="outcome">Null: the client has waited long enough.</param>
    public void Complete(TimeSpan now, ClientOutcome? outcome)
    {
        Completed = now;
        Outcome = outcome;
        State = outcome switch
        {
            // Expired before it was acknowledged: which of the versions it was, nobody can say any more.
            ObjectWritten { Object: var held } when Expires && !held.Siblings.Any(IsMine) => OperationState.Unknown,
            ObjectRead or ObjectWritten or KeysListed or KeyExplained => OperationState.Done,
            null or QuorumNotReached { Unknown: true } when IsWrite || Add is not null => OperationState.Unknown,
            _ => OperationState.NotDone,
        };
        if (outcome is ObjectWritten written) Dot = written.Object.Siblings.Where(IsMine).Select(sibling => sibling.Dot).DefaultIfEmpty()
            .Max();
    }

    /// <summary>Whether it was over before the other began.</summary>
    public bool IsBefore(Operation other) => State is OperationState.Done or OperationState.NotDone && Completed < other.Invoked;

    public bool IsMine(Sibling sibling) =>
        Kind == OperationKind.Delete ? sibling.IsTombstone : !sibling.IsTombstone && sibling.Value.Span.SequenceEqual(Value);

    public override string ToString()
    {
        string end = Completed is { } completed ? $"{completed.TotalSeconds:0.0000}" : "";
        string what = Kind switch
        {
            OperationKind.Get => "get",
            OperationKind.List => "list",
            OperationKind.Explain => "explain",
            OperationKind.Add => $"add {Add!.Value.By}{(Add.Value.Key is { } name ? $" as {name}" : "")}",
            OperationKind.Delete => $"delete with {(object?)Context ?? "no context"}",
            _ => $"put #{Id} ({Value.Length} "
                + $"bytes{(Ttl is { } ttl ? $", expires after {ttl}" : "")}) with "
                + $"{(object?)Context ?? "no context"}",
        };
        string result = Outcome switch
        {
            ObjectRead read => (object?)read.Object is null ? "nothing" : Describe(read.Object!),
            ObjectWritten written => $"{Dot}, {Describe(written.Object)}",
            KeysListed listed => $"{listed.Keys.Length} keys",
            KeyExplained explained => string.Join(", ", explained.Owners.Select(owner => $"{owner.Node} {owner.Answer} {owner.Held}")),
            null => State == OperationState.UnderWay ? "under way" : "no answer",
            var other => other.ToString(),
        };
        return $"{Invoked.TotalSeconds,9:0.0000} .. {end,9} client {Client} at {Node} {Key} {what} (n {Quorum.N} r {Quorum.R} w "
            + $"{Quorum.W} pr {Quorum.Pr} pw {Quorum.Pw}) -> {State}: {result}";
    }

    private static string Describe(VersionedObject held) => $"[{string.Join(", ", held.Siblings.Select(Describe))}] of {held.Context}";

    private static string Describe(Sibling sibling) =>
        $"{sibling.Dot}{(sibling.IsTombstone ? " deleted" : $" #{Payload.OperationOf(sibling)}")}";
}
