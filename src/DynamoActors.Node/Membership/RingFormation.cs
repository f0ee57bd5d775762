using DynamoActors.Core.Ring;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>Drives one proposal at a time to its end: sends what the present phase asks for to those who have not answered.</summary>
internal sealed class RingFormation(string self, Action<string, object> sendTo)
{
    private RingProposal? _proposal;
    private PartitionTable? _before;

    public bool IsUnderWay => _proposal is not null;

    /// <param name="before">The ring that this one follows; null: it is the first.</param>
    /// <param name="above">The highest ballot this node has promised: the proposal's is higher.</param>
    public void Propose(PartitionTable ring, PartitionTable? before, Ballot above)
    {
        _before = before;
        _proposal = new RingProposal(new Ballot(above.Round + 1, self), ring, RingElectorate.Of(before, ring));
        Retry();
    }

    /// <summary>To be called now and then: messages may be lost.</summary>
    public void Retry()
    {
        if (_proposal is not { } proposal) return;
        object message = proposal.Phase == ProposalPhase.Preparing
            ? new PrepareRing(proposal.Ring.Epoch, proposal.Ballot)
            : new AcceptRing(proposal.Ballot, proposal.Ring);
        foreach (string voter in proposal.Missing.ToList()) sendTo(voter, message);
    }

    /// <summary>Returns the ring once it is committed.</summary>
    public PartitionTable? OnPromised(RingPromised promised)
    {
        if (_proposal is not { Phase: ProposalPhase.Preparing } proposal || proposal.Ballot != promised.Ballot) return null;
        proposal.Promised(promised.Member, promised.Accepted, promised.Ring);
        if (proposal.Phase == ProposalPhase.Accepting) Retry();
        return null;
    }

    /// <inheritdoc cref="OnPromised"/>
    public PartitionTable? OnAccepted(RingAccepted accepted)
    {
        if (_proposal is not { } proposal || proposal.Ballot != accepted.Ballot) return null;
        proposal.AcceptedBy(accepted.Member);
        if (proposal.Phase != ProposalPhase.Committed) return null;
        _proposal = null;
        return proposal.Ring;
    }

    /// <summary>Starts over above the ballot that was in the way.</summary>
    public void OnRejected(RingRejected rejected)
    {
        if (_proposal is not { } proposal || rejected.Epoch != proposal.Ring.Epoch || !(rejected.Promised > proposal.Ballot)) return;
        Propose(proposal.Ring, _before, rejected.Promised);
    }

    public void Abandon() => _proposal = null;
}
