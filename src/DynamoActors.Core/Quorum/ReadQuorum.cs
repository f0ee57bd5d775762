namespace DynamoActors.Core.Quorum;

/// <summary>
/// Decides when a read may be answered. A slot is one distinct node; its second answer counts for nothing. While a partition moves, the
/// read needs its quorum among the owners and another among the next owners (<see cref="RequireNext"/>): of these, somebody knows where a
/// later ring has taken the partition over already. Reused through <see cref="Reset"/>; not thread-safe; no call allocates.
/// </summary>
public sealed class ReadQuorum
{
    private QuorumRequirement _owners;
    private QuorumRequirement _next;

    public ReadQuorum()
    {
    }

    /// <inheritdoc cref="Reset"/>
    public ReadQuorum(int required, int requiredOwners) => Reset(required, requiredOwners);

    public bool IsDecided { get; private set; }

    /// <param name="required">Answers in all (r).</param>
    /// <param name="requiredOwners">Of these, from owners (pr); 0: any.</param>
    public void Reset(int required, int requiredOwners)
    {
        _owners = new QuorumRequirement(required, requiredOwners, "r", "pr");
        _next = default;
        IsDecided = false;
    }

    /// <summary>The partition moves: so many answers are needed from its next owners or their stand-ins too.</summary>
    public void RequireNext(int required, int requiredOwners) =>
        _next = new QuorumRequirement(required, requiredOwners, "r", "pr");

    /// <summary>
    /// Counts on a node's answer. All are to be asked before the first reply is told; later ones (a hedge) before the failure that they
    /// make good.
    /// </summary>
    /// <param name="isOwner">In the sets that it counts in: an owner rather than a stand-in.</param>
    /// <param name="inOwners">Whether it counts among the owners, itself or for one.</param>
    /// <param name="inNext">Whether it counts among the next owners, itself or for one.</param>
    public void Ask(int slot, bool isOwner, bool inOwners = true, bool inNext = false)
    {
        if (inOwners)
            _owners.Tally.Ask(slot, isOwner);
        if (inNext)
            _next.Tally.Ask(slot, isOwner);
    }

    public QuorumDecision Answered(int slot)
    {
        if (_owners.Tally.IsAsked(slot))
            _owners.Tally.Reply(slot);
        if (_next.Tally.IsAsked(slot))
            _next.Tally.Reply(slot);
        return Decide();
    }

    public QuorumDecision Failed(int slot)
    {
        if (_owners.Tally.IsAsked(slot))
            _owners.Tally.Fail(slot);
        if (_next.Tally.IsAsked(slot))
            _next.Tally.Fail(slot);
        return Decide();
    }

    /// <summary>What is still missing, as a failure: what to say when time has run out.</summary>
    public QuorumDecision Missing() => _owners.IsMet ? _next.Missing() : _owners.Missing();

    private QuorumDecision Decide()
    {
        if (IsDecided)
            return QuorumDecision.Wait;
        var decision = _owners.Hopeless() ?? _next.Hopeless()
            ?? (_owners.IsMet && _next.IsMet ? QuorumDecision.Succeed : QuorumDecision.Wait);
        IsDecided = decision.Status != QuorumStatus.Wait;
        return decision;
    }
}
