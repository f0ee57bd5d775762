namespace DynamoActors.Core.Ring;

/// <summary>One attempt to agree on a ring: attempts are ordered by round, then by proposer, and no two have the same ballot.</summary>
public readonly record struct Ballot(ulong Round, string Proposer) : IComparable<Ballot>
{
    public static readonly Ballot None = new(0, "");

    public int CompareTo(Ballot other)
    {
        int byRound = Round.CompareTo(other.Round);
        return byRound != 0 ? byRound : string.CompareOrdinal(Proposer, other.Proposer);
    }

    public static bool operator <(Ballot a, Ballot b) => a.CompareTo(b) < 0;
    public static bool operator >(Ballot a, Ballot b) => a.CompareTo(b) > 0;

    public override string ToString() => $"{Round}/{Proposer}";
}
