using System.Diagnostics.Metrics;
using DynamoActors.Core.Quorum;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Telemetry;

/// <summary>How many requests ended how. Any thread may call.</summary>
internal sealed class RequestTally
{
    private static readonly string[] Operations = ["get", "put", "delete", "list", "explain"];
    private static readonly string[] Consistencies = ["bucket", "fast", "quorum", "strong", "custom"];
    private static readonly string[] Outcomes =
        ["ok", "absent", "condition_failed", "refused", "quorum_failed", "quorum_unknown", "overloaded", "not_ready"];

    private readonly long[] _counts = new long[Operations.Length * Consistencies.Length * Outcomes.Length];

    public void Count(ClientRequest request, ClientOutcome outcome) => Interlocked.Increment(
        ref _counts[(OperationOf(request) * Consistencies.Length + ConsistencyOf(request.Quorum)) * Outcomes.Length + OutcomeOf(outcome)]);

    /// <summary>Those that are not zero.</summary>
    public IEnumerable<Measurement<long>> Read()
    {
        for (var at = 0; at < _counts.Length; at++)
        {
            var count = Interlocked.Read(ref _counts[at]);
            if (count == 0) continue;
            yield return new Measurement<long>(count,
                new("operation", Operations[at / Outcomes.Length / Consistencies.Length]),
                new("consistency", Consistencies[at / Outcomes.Length % Consistencies.Length]),
                new("outcome", Outcomes[at % Outcomes.Length]));
        }
    }

    public static KeyValuePair<string, object?>[] OperationTags { get; } =
        [.. Operations.Select(operation => new KeyValuePair<string, object?>("operation", operation))];

    public static int OperationOf(ClientRequest request) => request switch
    {
        GetObject => 0,
        PutObject { Tombstone: false } => 1,
        PutObject => 2,
        ListKeys => 3,
        _ => 4,
    };

    private static int ConsistencyOf(QuorumOverrides asked) => asked switch
    {
        { N: null, R: null, W: null, Pr: null, Pw: null, Dw: null, Consistency: var preset } => preset switch
        {
            null => 0,
            Consistency.Fast => 1,
            Consistency.Quorum => 2,
            _ => 3,
        },
        _ => 4,
    };

    private static int OutcomeOf(ClientOutcome outcome) => outcome switch
    {
        ObjectRead { Object: null or { IsDeleted: true } } => 1,
        ConditionFailed => 2,
        RequestRefused or TooManySiblings or ObjectTooLarge => 3,
        QuorumNotReached { Unknown: false } => 4,
        QuorumNotReached => 5,
        NodeOverloaded => 6,
        NodeNotReady => 7,
        _ => 0,
    };
}
