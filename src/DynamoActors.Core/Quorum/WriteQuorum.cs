namespace DynamoActors.Core.Quorum;

/// <summary>
/// Decides when a write is acknowledged. A slot is one distinct node; its second acknowledgement counts for nothing. Reused through <see
/// cref="Reset"/>; not thread-safe; no call allocates.
/// </summary>
public sealed class WriteQuorum
{
    private QuorumTally _tally;
    private int _required;
    private int _requiredOwners;
    private int _selfSlot;

    public WriteQuorum()
    {
    }

    /// <inheritdoc cref="Reset"/>
    public WriteQuorum(int required, int requiredOwners, int selfSlot = -1) => Reset(required, requiredOwners, selfSlot);

    public bool IsDecided { get; private set; }

    /// <summary>A bit per slot that was asked and has neither acknowledged nor failed.</summary>
    public ulong Pending => _tally.Pending;

    /// <param name="required">Acknowledgements in all (w).</param>
    /// <param name="requiredOwners">Of these, from owners (pw); 0: any.</param>
    /// <param name="selfSlot">
    /// The coordinating replica's own slot, whose acknowledgement success always needs: a coordinator that loses a write which it issued
    /// could later issue a dot that seems to cover it. -1: none required.
    /// </param>
    public void Reset(int required, int requiredOwners, int selfSlot = -1)
    {
        _tally = default;
        _required = required;
        _requiredOwners = requiredOwners;
        _selfSlot = selfSlot;
        IsDecided = false;
    }

    /// <summary>
    /// Counts on a node's answer. All are to be asked before the first reply is told; later ones (a stand-in) before the failure that they
    /// make good.
    /// </summary>
    public void Ask(int slot, bool isOwner) => _tally.Ask(slot, isOwner);

    public QuorumDecision Acknowledged(int slot)
    {
        _tally.Reply(slot);
        return Decide();
    }

    public QuorumDecision Failed(int slot)
    {
        _tally.Fail(slot);
        return Decide();
    }

    /// <summary>
    /// How many acknowledgements by stand-ins would help: those missing beside the owners' that are required anyway, which nobody can give
    /// in their place.
    /// </summary>
    public int StandInsWanted =>
        IsDecided ? 0 : Math.Max(0, _required - _tally.Reached - Math.Max(0, _requiredOwners - _tally.ReachedOwners));

    public bool HasAcknowledged(int slot) => _tally.HasReplied(slot);

    /// <summary>What is still missing, as a failure: what to say when time has run out.</summary>
    public QuorumDecision Missing()
    {
        if (_selfSlot >= 0 && !_tally.HasReplied(_selfSlot))
            return QuorumDecision.Fail("self", 1, 0);
        return _tally.ReachedOwners < _requiredOwners
            ? QuorumDecision.Fail("pw", _requiredOwners, _tally.ReachedOwners)
            : QuorumDecision.Fail("w", _required, _tally.Reached);
    }

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
        if (_selfSlot >= 0 && !_tally.MayReply(_selfSlot))
            return QuorumDecision.Fail("self", 1, 0);
        if (_tally.ReachableOwners < _requiredOwners)
            return QuorumDecision.Fail("pw", _requiredOwners, _tally.ReachedOwners);
        if (_tally.Reachable < _required)
            return QuorumDecision.Fail("w", _required, _tally.Reached);
        var isSelfDurable = _selfSlot < 0 || _tally.HasReplied(_selfSlot);
        return isSelfDurable && _tally.Reached >= _required && _tally.ReachedOwners >= _requiredOwners ? QuorumDecision.Succeed
            : QuorumDecision.Wait;
    }
}
