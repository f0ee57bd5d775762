namespace DynamoActors.Core.Quorum;

public enum QuorumStatus
{
    /// <summary>Not decided yet, or decided by an earlier reply.</summary>
    Wait,

    /// <summary>Everything required is there. Said once.</summary>
    Succeed,

    /// <summary>What was asked cannot bring what is required any more. Said once.</summary>
    Fail,
}

/// <summary>What a reply brought.</summary>
/// <param name="What">
/// Of a failure: which requirement cannot be met, <c>r</c>, <c>w</c>, <c>pr</c>, <c>pw</c>, or <c>self</c>, the coordinator's own write.
/// </param>
/// <param name="Required">Of a failure: how many were required.</param>
/// <param name="Reached">Of a failure: how many there were.</param>
public readonly record struct QuorumDecision(QuorumStatus Status, string? What, int Required, int Reached)
{
    public static readonly QuorumDecision Wait = new(QuorumStatus.Wait, null, 0, 0);
    public static readonly QuorumDecision Succeed = new(QuorumStatus.Succeed, null, 0, 0);

    public static QuorumDecision Fail(string what, int required, int reached) => new(QuorumStatus.Fail, what, required, reached);
}
