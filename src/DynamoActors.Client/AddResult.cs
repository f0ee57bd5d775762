namespace DynamoActors.Client;

/// <summary>What became of an addition to a counter: exactly one of <see cref="Added"/>, <see cref="NotAdded"/> and
/// <see cref="MayBeAdded"/>.</summary>
public abstract record AddResult
{
    private protected AddResult()
    {
    }
}

/// <summary>It counts, durably on as many replicas as were asked for.</summary>
/// <param name="Value">The number now, as far as the replica knows that made the addition.</param>
public sealed record Added(Int128 Value) : AddResult;

/// <summary>It does not count, and will not.</summary>
/// <param name="Why">The kind of reason.</param>
/// <param name="Detail">Sentences for a log.</param>
public sealed record NotAdded(WhyNotWritten Why, string Detail) : AddResult;

/// <summary>It may count, now or later: no answer came for certain in its time. With an idempotency key the same addition can be sent
/// again.</summary>
/// <param name="Detail">Sentences for a log.</param>
public sealed record MayBeAdded(string Detail) : AddResult;
