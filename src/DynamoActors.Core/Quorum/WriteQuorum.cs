namespace DynamoActors.Core.Quorum;

/// <summary>
/// Decides when a write is acknowledged. A slot is one distinct node; its second acknowledgement counts for nothing. While a partition
/// moves, the write needs its quorum among the owners and another among the next owners (<see cref="RequireNext"/>); one node may count in
/// both. Reused through <see cref="Reset"/>; not thread-safe; no call allocates.
/// </summary>
public sealed class WriteQuorum
{
    private QuorumRequirement _owners;
    private QuorumRequirement _next;
    private int _selfSlot;

    public WriteQuorum()
    {
    }

    /// <inheritdoc cref="Reset"/>
    public WriteQuorum(int required, int requiredOwners, int selfSlot = -1) => Reset(required, requiredOwners, selfSlot);

    public bool IsDecided { get; private set; }

    /// <summary>A bit per slot that was asked and has neither acknowledged nor failed.</summary>
    public ulong Pending => _owners.Tally.Pending | _next.Tally.Pending;

    /// <param name="required">Acknowledgements in all (w).</param>
    /// <param name="requiredOwners">Of these, from owners (pw); 0: any.</param>
    /// <param name="selfSlot">
    /// The coordinating replica's own slot, whose acknowledgement success always needs: a coordinator that loses a write which it issued
    /// could later issue a dot that seems to cover it. -1: none required.
    /// </param>
    public void Reset(int required, int requiredOwners, int selfSlot = -1)
    {
        _owners = new QuorumRequirement(required, requiredOwners, "w", "pw");
        _next = default;
        _selfSlot = selfSlot;
        IsDecided = false;
    }

    /// <summary>The partition moves: so many acknowledgements are needed from its next owners or their stand-ins too.</summary>
    public void RequireNext(int required, int requiredOwners) => _next = new QuorumRequirement(required, requiredOwners, "w", "pw");

    /// <summary>
    /// Counts on a node's answer. All are to be asked before the first reply is told; later ones (a stand-in) before the failure that they
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

    public QuorumDecision Acknowledged(int slot)
    {
        CheckAsked(slot);
        if (_owners.Tally.IsAsked(slot))
            _owners.Tally.Reply(slot);
        if (_next.Tally.IsAsked(slot))
            _next.Tally.Reply(slot);
        return Decide();
    }

    public QuorumDecision Failed(int slot)
    {
        CheckAsked(slot);
        if (_owners.Tally.IsAsked(slot))
            _owners.Tally.Fail(slot);
        if (_next.Tally.IsAsked(slot))
            _next.Tally.Fail(slot);
        return Decide();
    }

    /// <summary>
    /// How many acknowledgements by stand-ins would help: those missing beside the owners' that are required anyway, which nobody can give
    /// in their place.
    /// </summary>
    public int StandInsWanted => IsDecided ? 0 : Math.Max(_owners.StandInsWanted, _next.StandInsWanted);

    /// <summary>A bit per slot in whose sets stand-ins are wanted: standing in for another would not help.</summary>
    public ulong StandInsWantedFor => IsDecided ? 0
        : (_owners.StandInsWanted > 0 ? _owners.Tally.Asked : 0) | (_next.StandInsWanted > 0 ? _next.Tally.Asked : 0);

    public bool HasAcknowledged(int slot) => _owners.Tally.HasReplied(slot) || _next.Tally.HasReplied(slot);

    /// <summary>What can no longer be brought by those that were asked; null: it may all be met.</summary>
    public QuorumDecision? Hopeless => _owners.Hopeless() ?? _next.Hopeless();

    /// <summary>What is still missing, as a failure: what to say when time has run out.</summary>
    public QuorumDecision Missing()
    {
        if (_selfSlot >= 0 && !HasAcknowledged(_selfSlot))
            return QuorumDecision.Fail("self", 1, 0);
        return _owners.IsMet ? _next.Missing() : _owners.Missing();
    }

    private void CheckAsked(int slot)
    {
        if (!_owners.Tally.IsAsked(slot) && !_next.Tally.IsAsked(slot))
            throw new ArgumentException($"Slot {slot} was never asked.", nameof(slot));
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
        if (_selfSlot >= 0 && !_owners.Tally.MayReply(_selfSlot) && !_next.Tally.MayReply(_selfSlot))
            return QuorumDecision.Fail("self", 1, 0);
        if (Hopeless is { } hopeless)
            return hopeless;
        var isSelfDurable = _selfSlot < 0 || HasAcknowledged(_selfSlot);
        return isSelfDurable && _owners.IsMet && _next.IsMet ? QuorumDecision.Succeed : QuorumDecision.Wait;
    }
}
