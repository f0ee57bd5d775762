using DynamoActors.Core.Ring;

namespace DynamoActors.Node.Membership;

/// <summary>
/// What a node has promised and accepted about the ring of one epoch. A ring is committed once a majority of those who have a say has
/// accepted it (<see cref="RingElectorate"/>), and a later proposer takes over what anybody of a majority has accepted: so two rings can
/// never be committed for one epoch.
/// </summary>
/// <param name="Promised">No ballot below this is accepted any more.</param>
/// <param name="Accepted">The ballot of <paramref name="Ring"/>; <see cref="Ballot.None"/> where nothing was accepted.</param>
internal sealed record RingAcceptor(ulong Epoch, Ballot Promised, Ballot Accepted, PartitionTable? Ring)
{
    public static RingAcceptor For(ulong epoch) => new(epoch, Ballot.None, Ballot.None, null);

    /// <summary>Null: a higher ballot was promised already.</summary>
    public RingAcceptor? Promise(Ballot ballot) => ballot < Promised ? null : this with { Promised = ballot };

    /// <summary>Null: a higher ballot was promised since.</summary>
    public RingAcceptor? Accept(Ballot ballot, PartitionTable ring) =>
        ballot < Promised || ring.Epoch != Epoch ? null : this with { Promised = ballot, Accepted = ballot, Ring = ring };
}
