using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>
/// The proposer's side of one attempt: collects promises from enough of those who have a say, then acceptances from as many. Pure: the
/// RingKeeper sends what <see cref="Phase"/> says.
/// </summary>
internal sealed class RingProposal(Ballot ballot, PartitionTable wanted, RingElectorate electorate)
{
    private readonly SortedSet<string> _answered = new(StringComparer.Ordinal);
    private Ballot _highestAccepted = Ballot.None;

    public Ballot Ballot { get; } = ballot;

    /// <summary>What is proposed: what the proposer wanted, unless one of them had accepted another ring before.</summary>
    public PartitionTable Ring { get; private set; } = wanted;

    public ProposalPhase Phase { get; private set; } = ProposalPhase.Preparing;

    /// <summary>Who has not answered yet what the present phase asks for.</summary>
    public IEnumerable<string> Missing => electorate.Voters.Where(voter => !_answered.Contains(voter));

    public void Promised(string voter, Ballot accepted, PartitionTable? ring)
    {
        if (Phase != ProposalPhase.Preparing) return;
        if (ring is not null && accepted > _highestAccepted)
        {
            _highestAccepted = accepted;
            Ring = ring;
        }
        if (Complete(voter)) Phase = ProposalPhase.Accepting;
    }

    public void AcceptedBy(string voter)
    {
        if (Phase == ProposalPhase.Accepting && Complete(voter)) Phase = ProposalPhase.Committed;
    }

    private bool Complete(string voter)
    {
        if (!electorate.Voters.Contains(voter)) return false;
        _answered.Add(voter);
        if (_answered.Count < electorate.Needed) return false;
        _answered.Clear();
        return true;
    }
}

internal enum ProposalPhase { Preparing, Accepting, Committed }
