using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// One incarnation of a node: its address, and a number that each start of its actor system draws anew. A node that restarts
/// keeps the address and changes the number, so the two are never taken for one.
/// </summary>
public sealed class UniqueAddress(Address address, int uid) : IEquatable<UniqueAddress>, IComparable<UniqueAddress>, IComparable
{
    public Address Address { get; } = address;

    public int Uid { get; } = uid;

    public int CompareTo(UniqueAddress? other)
    {
        if (other is null) return 1;
        int byAddress = Member.AddressOrdering.Compare(Address, other.Address);
        return byAddress != 0 ? byAddress : Uid.CompareTo(other.Uid);
    }

    int IComparable.CompareTo(object? obj) => CompareTo(obj as UniqueAddress);

    public bool Equals(UniqueAddress? other) => other is not null && Uid == other.Uid && Address.Equals(other.Address);

    public override bool Equals(object? obj) => Equals(obj as UniqueAddress);

    // The uid alone: it is random already, and hash tables then have the same order in every process.
    public override int GetHashCode() => Uid;

    public override string ToString() => $"{Address}#{Uid}";

    public static bool operator ==(UniqueAddress? left, UniqueAddress? right) => Equals(left, right);

    public static bool operator !=(UniqueAddress? left, UniqueAddress? right) => !Equals(left, right);
}
