namespace DynamoActors.Core.Quorum;

/// <summary>
/// Decides when a read may be answered. A slot is one distinct node; its second answer counts for nothing. Reused through <see
/// cref="Reset"/>; not thread-safe; no call allocates.
/// </summary>
public sealed class ReadQuorum
{
    private QuorumTally _tally;
    private int _required;
    private int _requiredOwners;

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
        _tally = default;
        _required = required;
        _requiredOwners = requiredOwners;
        IsDecided = false;
    }

    /// <summary>
    /// Counts on a node's answer. All are to be asked before the first reply is told; later ones (a hedge) before the failure that they
    /// make good.
    /// </summary>
    public void Ask(int slot, bool isOwner) => _tally.Ask(slot, isOwner);

    public QuorumDecision Answered(int slot)
    {
        _tally.Reply(slot);
        return Decide();
    }

    public QuorumDecision Failed(int slot)
    {
        _tally.Fail(slot);
        return Decide();
    }

    /// <summary>What is still missing, as a failure: what to say when time has run out.</summary>
    public QuorumDecision Missing() => _tally.ReachedOwners < _requiredOwners
        ? QuorumDecision.Fail("pr", _requiredOwners, _tally.ReachedOwners)
        : QuorumDecision.Fail("r", _required, _tally.Reached);

    private QuorumDecision Decide()
    {
        if (IsDecided)
            return QuorumDecision.Wait;
        var decision = Current();
        IsDecided = decision.Status != QuorumStatus.Wait;
        return decision;
    }

    private QuorumDecision Current()
    {
        if (_tally.ReachableOwners < _requiredOwners)
            return QuorumDecision.Fail("pr", _requiredOwners, _tally.ReachedOwners);
        if (_tally.Reachable < _required)
            return QuorumDecision.Fail("r", _required, _tally.Reached);
        return _tally.Reached >= _required && _tally.ReachedOwners >= _requiredOwners ? QuorumDecision.Succeed : QuorumDecision.Wait;
    }
}
