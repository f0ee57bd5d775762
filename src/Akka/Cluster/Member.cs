using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// A node as the cluster knows it. Two members are equal when they are the same incarnation, whatever their status; members are
/// sorted by address.
/// </summary>
public class Member : IComparable<Member>, IComparable
{
    private static readonly IReadOnlyDictionary<MemberStatus, MemberStatus[]> _allowedTransitions = new Dictionary<MemberStatus, MemberStatus[]>
    {
        [MemberStatus.Joining] = [MemberStatus.WeaklyUp, MemberStatus.Up, MemberStatus.Leaving, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.WeaklyUp] = [MemberStatus.Up, MemberStatus.Leaving, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Up] = [MemberStatus.Leaving, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Leaving] = [MemberStatus.Exiting, MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Exiting] = [MemberStatus.Down, MemberStatus.Removed],
        [MemberStatus.Down] = [MemberStatus.Removed],
        [MemberStatus.Removed] = [],
    };

    /// <summary>The up number of a member that has not been Up: younger than every other.</summary>
    internal const int NotYetUp = int.MaxValue;

    internal Member(UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles)
    {
        UniqueAddress = uniqueAddress;
        UpNumber = upNumber;
        Status = status;
        Roles = roles;
    }

    /// <summary>By host, port, protocol and system name: the same order on every node.</summary>
    public static IComparer<Address> AddressOrdering { get; } = Comparer<Address>.Create(CompareAddresses);

    /// <summary>Oldest first: by the order in which members became Up, then by address.</summary>
    public static IComparer<Member> AgeOrdering { get; } = Comparer<Member>.Create((a, b) =>
        a.UpNumber != b.UpNumber ? a.UpNumber.CompareTo(b.UpNumber) : a.CompareTo(b));

    public UniqueAddress UniqueAddress { get; }

    public Address Address => UniqueAddress.Address;

    public MemberStatus Status { get; }

    public ImmutableHashSet<string> Roles { get; }

    /// <summary>Counts members in the order in which they became Up.</summary>
    internal int UpNumber { get; }

    internal static Member Joining(UniqueAddress node, ImmutableHashSet<string> roles) => new(node, NotYetUp, MemberStatus.Joining, roles);

    public bool HasRole(string role) => Roles.Contains(role);

    public bool IsOlderThan(Member other) => AgeOrdering.Compare(this, other) < 0;

    /// <summary>The same member in another status.</summary>
    /// <exception cref="InvalidOperationException">The status cannot follow the present one.</exception>
    public Member Copy(MemberStatus status)
    {
        if (status == Status) return this;
        if (!_allowedTransitions[Status].Contains(status))
            throw new InvalidOperationException($"{UniqueAddress} is {Status} and cannot become {status}");
        return new Member(UniqueAddress, UpNumber, status, Roles);
    }

    /// <summary>The same member, Up as the <paramref name="upNumber"/>th of its cluster.</summary>
    public Member CopyUp(int upNumber) => new(UniqueAddress, upNumber, Copy(MemberStatus.Up).Status, Roles);

    /// <summary>
    /// Of two views of one member, the one that is further along. A total order of what can differ, so that merging views gives
    /// one result whatever the order of merging.
    /// </summary>
    public static Member HighestPriorityOf(Member m1, Member m2)
    {
        int byStatus = Rank(m1.Status).CompareTo(Rank(m2.Status));
        if (byStatus != 0) return byStatus > 0 ? m1 : m2;
        return m1.UpNumber <= m2.UpNumber ? m1 : m2;
    }

    public int CompareTo(Member? other) => other is null ? 1 : UniqueAddress.CompareTo(other.UniqueAddress);

    int IComparable.CompareTo(object? obj) => CompareTo(obj as Member);

    public override bool Equals(object? obj) => obj is Member other && UniqueAddress.Equals(other.UniqueAddress);

    public override int GetHashCode() => UniqueAddress.GetHashCode();

    public override string ToString() =>
        $"Member(address = {Address}, Uid = {UniqueAddress.Uid}, status = {Status}, roles = [{string.Join(",", Roles.Order(StringComparer.Ordinal))}])";

    private static int Rank(MemberStatus status) => status switch
    {
        MemberStatus.Joining => 0,
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Up => 2,
        MemberStatus.Leaving => 3,
        MemberStatus.Exiting => 4,
        MemberStatus.Down => 5,
        _ => 6,
    };

    private static int CompareAddresses(Address a, Address b)
    {
        int order = string.CompareOrdinal(a.Host, b.Host);
        if (order == 0) order = (a.Port ?? 0).CompareTo(b.Port ?? 0);
        if (order == 0) order = string.CompareOrdinal(a.Protocol, b.Protocol);
        return order != 0 ? order : string.CompareOrdinal(a.System, b.System);
    }
}
