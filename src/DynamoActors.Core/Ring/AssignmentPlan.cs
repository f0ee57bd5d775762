using System.Collections.Immutable;

namespace DynamoActors.Core.Ring;

/// <summary>
/// The owners of every partition while a ring is being assigned. Keeps what the previous ring allows, fills what is missing, then moves
/// replicas from members above their quota to members below it, each along the cheapest chain of moves.
/// </summary>
/// <remarks>
/// This is a flow from members above to members below their quota, where an edge from one to another is a partition that the one owns and
/// the other may take over. It costs one move where the one held that partition in the previous ring, else nothing: its data is not there
/// yet. A path exists whenever the quotas can be met, and they can: laid out zone by zone, member by member, around the partitions, no
/// partition meets a member twice or a zone too often. The steps of a cheapest, then shortest path never touch one partition twice in a
/// zone: there would be a shortcut. Moves that turn out to be needless are taken back around cycles of such edges, where an edge to one
/// that held the partition before saves a move.
/// </remarks>
internal sealed class AssignmentPlan
{
    private const ushort None = ushort.MaxValue;

    /// <summary>Any number above the steps of a chain: first few moves of data, then few steps.</summary>
    private const int MoveCost = PartitionTable.MembersMax + 1;

    private readonly ImmutableArray<RingMember> _members;
    private readonly ZoneLayout _zones;
    private readonly ushort[] _owners;
    private readonly ushort[][] _before;
    private readonly int[] _loads;
    private readonly ulong[] _nameHashes;
    private readonly List<ushort>[] _partitionsOf;
    private int[] _quotas = [];

    public AssignmentPlan(ImmutableArray<RingMember> members, int partitionCount, int replicaCount)
    {
        _members = members;
        PartitionCount = partitionCount;
        ReplicaCount = replicaCount;
        _zones = new ZoneLayout(members, replicaCount);
        _owners = new ushort[partitionCount * replicaCount];
        Array.Fill(_owners, None);
        _before = PartitionTable.AllNone(partitionCount);
        _loads = new int[members.Length];
        _nameHashes = [.. members.Select(member => KeyHash.Of("", System.Text.Encoding.UTF8.GetBytes(member.Name)).Upper)];
        _partitionsOf = [.. members.Select(_ => new List<ushort>())];
    }

    /// <summary>The owners after the staged changes: few moves, and every member with its share.</summary>
    public static AssignmentPlan Following(PartitionTable ring, StagedMembers staged)
    {
        var members = staged.Members;
        var plan = new AssignmentPlan([.. members], ring.PartitionCount, Math.Min(ring.ReplicationFactor, members.Length));
        plan.Keep(ring, staged.Replacements);
        plan.FillHoles();
        plan.LevelLoads();
        plan.SaveMoves();
        return plan;
    }

    public int PartitionCount { get; }

    public int ReplicaCount { get; }

    public ImmutableArray<RingMember> Members => _members;

    public ReadOnlySpan<ushort> Owners(int partition) => _owners.AsSpan(partition * ReplicaCount, ReplicaCount);

    public int Load(int member) => _loads[member];

    /// <summary>Takes over from the previous ring what its members still may own, then decides every member's quota.</summary>
    public void Keep(PartitionTable? previous, IReadOnlyDictionary<string, string>? replacements = null)
    {
        if (previous is not null && previous.PartitionCount == PartitionCount)
        {
            var indexes = previous.Members.Select(
                member => IndexOf(replacements?.GetValueOrDefault(member.Name) ?? member.Name)).ToArray();
            for (var partition = 0; partition < PartitionCount; partition++)
            {
                _before[partition] = [.. previous.Owners(partition).ToArray().Select(owner => indexes[owner])
                    .Where(member => member >= 0).Select(member => (ushort)member)];
                foreach (var member in _before[partition])
                    if (Hole(partition) is var hole and >= 0 && MayTake(member, partition, None))
                        Put(partition, hole, member);
            }
        }
        var shares = ReplicaShares.Of(_members, _zones, PartitionCount, ReplicaCount);
        _quotas = ReplicaQuotas.Of(shares, _zones, _loads, _owners.Length);
    }

    /// <summary>Gives every partition as many owners as it should have.</summary>
    public void FillHoles()
    {
        for (var partition = 0; partition < PartitionCount; partition++)
            while (Hole(partition) is var hole and >= 0)
            {
                var taker = NeediestTaker(partition, None);
                if (taker >= 0)
                    Put(partition, hole, taker);
                else
                    Displace(partition, hole);
            }
    }

    /// <summary>Moves replicas until every member holds its quota.</summary>
    public void LevelLoads()
    {
        for (var member = 0; member < _loads.Length; member++)
            while (_loads[member] > _quotas[member])
                if (!MoveDirectly(member))
                    MoveAlong(CheapestChain([member]), member);
    }

    /// <summary>Takes moves back where others hand partitions on around a cycle, in fewer moves; nobody's load changes.</summary>
    public void SaveMoves()
    {
        while (SavingCycle() is { Count: > 0 } cycle && TryMoveAround(cycle))
        {
        }
    }

    /// <summary>Whether the member may own the partition if <paramref name="leaving"/> gave it up.</summary>
    private bool MayTake(int member, int partition, ushort leaving)
    {
        var inZone = 0;
        foreach (var owner in Owners(partition))
        {
            if (owner == member)
                return false;
            if (owner != None && owner != leaving && _zones.ZoneOf[owner] == _zones.ZoneOf[member])
                inZone++;
        }
        return inZone < _zones.ReplicasMax;
    }

    /// <summary>Of the members below their quota that may take the partition, the one that lacks most; -1 where there is none.</summary>
    private int NeediestTaker(int partition, ushort leaving)
    {
        var (best, bestLack, bestRank) = (-1, 0, 0UL);
        for (var member = 0; member < _loads.Length; member++)
        {
            var lack = _quotas[member] - _loads[member];
            if (lack <= 0 || lack < bestLack)
                continue;
            var rank = Rank(partition, member);
            if ((lack == bestLack && rank <= bestRank) || !MayTake(member, partition, leaving))
                continue;
            (best, bestLack, bestRank) = (member, lack, rank);
        }
        return best;
    }

    /// <summary>
    /// Breaks ties differently in each partition, so that a member shares its partitions with many others, who share its load when it
    /// fails.
    /// </summary>
    private ulong Rank(int partition, int member)
    {
        var mixed = (_nameHashes[member] ^ ((ulong)partition * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
        return (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
    }

    private int Hole(int partition) => Owners(partition).IndexOf(None);

    private int IndexOf(string name)
    {
        for (var (low, high) = (0, _members.Length - 1); low <= high;)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_members[middle].Name, name);
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return -1;
    }

    private void Put(int partition, int position, int member)
    {
        ref var slot = ref _owners[(partition * ReplicaCount) + position];
        if (slot != None)
        {
            _loads[slot]--;
            _partitionsOf[slot].Remove((ushort)partition);
        }
        slot = (ushort)member;
        _loads[member]++;
        _partitionsOf[member].Add((ushort)partition);
    }

    private bool MoveDirectly(int member)
    {
        var (bestPartition, bestTaker, bestRank) = (-1, -1, 0UL);
        foreach (var partition in _partitionsOf[member])
        {
            var taker = NeediestTaker(partition, (ushort)member);
            if (taker < 0 || (bestTaker >= 0 && Rank(partition, taker) <= bestRank))
                continue;
            (bestPartition, bestTaker, bestRank) = (partition, taker, Rank(partition, taker));
        }
        if (bestTaker < 0)
            return false;
        Put(bestPartition, Owners(bestPartition).IndexOf((ushort)member), bestTaker);
        return true;
    }

    /// <summary>Fills a hole that no member below its quota may fill: one at its quota does, and hands another partition on.</summary>
    private void Displace(int partition, int hole)
    {
        var takers = Enumerable.Range(0, _loads.Length).Where(member => MayTake(member, partition, None)).ToArray();
        var chain = CheapestChain(takers);
        var first = chain.Count > 0 ? chain[0].From : throw NoChain();
        MoveAlong(chain, first);
        Put(partition, hole, first);
    }

    /// <summary>
    /// The cheapest moves that lead from one of the members to one below its quota; each step hands a partition to the next.
    /// </summary>
    private List<(int From, int To, int Partition)> CheapestChain(ReadOnlySpan<int> starts)
    {
        var cameBy = new (int From, int Partition)[_loads.Length];
        var costs = new int[_loads.Length];
        Array.Fill(cameBy, (-1, -1));
        Array.Fill(costs, int.MaxValue);
        // The sequence number makes the order total, so that every node finds the same chain.
        var queue = new PriorityQueue<int, (int Cost, int Sequence)>();
        var sequence = 0;
        foreach (var start in starts)
        {
            costs[start] = 0;
            queue.Enqueue(start, (0, sequence++));
        }
        while (queue.TryDequeue(out var from, out var priority))
        {
            if (priority.Cost > costs[from])
                continue;
            if (_loads[from] < _quotas[from])
                return Trace(cameBy, from);
            foreach (var partition in _partitionsOf[from])
            {
                var cost = priority.Cost + 1 + (WasOwner(partition, from) ? MoveCost : 0);
                for (var to = 0; to < _loads.Length; to++)
                {
                    if (cost >= costs[to] || !MayTake(to, partition, (ushort)from))
                        continue;
                    costs[to] = cost;
                    cameBy[to] = (from, partition);
                    queue.Enqueue(to, (cost, sequence++));
                }
            }
        }
        throw NoChain();
    }

    /// <summary>A cycle of steps that saves more moves than it makes; empty where there is none.</summary>
    private List<(int From, int To, int Partition)> SavingCycle()
    {
        var cameBy = new (int From, int Partition)[_loads.Length];
        var costs = new int[_loads.Length];
        Array.Fill(cameBy, (-1, -1));
        var queue = new Queue<int>(Enumerable.Range(0, _loads.Length));
        while (queue.TryDequeue(out var from))
            foreach (var partition in _partitionsOf[from])
            {
                var give = costs[from] + (WasOwner(partition, from) ? 1 : 0);
                for (var to = 0; to < _loads.Length; to++)
                {
                    // Few get past the first of these, which is cheap.
                    if (give - 1 >= costs[to] || give - (WasOwner(partition, to) ? 1 : 0) is var cost && cost >= costs[to]
                        || !MayTake(to, partition, (ushort)from))
                        continue;
                    costs[to] = cost;
                    cameBy[to] = (from, partition);
                    if (CycleThrough(cameBy, to) is { Count: > 0 } cycle)
                        return cycle;
                    queue.Enqueue(to);
                }
            }
        return [];
    }

    private static List<(int From, int To, int Partition)> CycleThrough((int From, int Partition)[] cameBy, int member)
    {
        var steps = new List<(int From, int To, int Partition)>();
        for (var at = member; cameBy[at].From >= 0; at = cameBy[at].From)
        {
            steps.Add((cameBy[at].From, at, cameBy[at].Partition));
            if (cameBy[at].From == member)
                return steps;
        }
        return [];
    }

    /// <summary>False, and nothing is changed, where two steps of one partition would crowd a zone.</summary>
    private bool TryMoveAround(List<(int From, int To, int Partition)> cycle)
    {
        for (var step = 0; step < cycle.Count; step++)
        {
            var (from, to, partition) = cycle[step];
            if (MayTake(to, partition, (ushort)from))
            {
                Put(partition, Owners(partition).IndexOf((ushort)from), to);
                continue;
            }
            while (--step >= 0)
                Put(cycle[step].Partition, Owners(cycle[step].Partition).IndexOf((ushort)cycle[step].To), cycle[step].From);
            return false;
        }
        return true;
    }

    private bool WasOwner(int partition, int member) => _before[partition].AsSpan().Contains((ushort)member);

    private static List<(int From, int To, int Partition)> Trace((int From, int Partition)[] cameBy, int to)
    {
        var chain = new List<(int, int, int)>();
        for (var at = to; cameBy[at].From >= 0; at = cameBy[at].From)
            chain.Add((cameBy[at].From, at, cameBy[at].Partition));
        chain.Reverse();
        return chain;
    }

    private void MoveAlong(List<(int From, int To, int Partition)> chain, int start)
    {
        if (chain.Count == 0 || chain[0].From != start)
            throw NoChain();
        for (var step = chain.Count - 1; step >= 0; step--)
            Put(chain[step].Partition, Owners(chain[step].Partition).IndexOf((ushort)chain[step].From), chain[step].To);
    }

    private InvalidOperationException NoChain() =>
        new($"Replicas cannot be levelled over {_members.Length} members in {_zones.ZoneCount} zones, "
            + $"{PartitionCount} partitions × {ReplicaCount}.");
}
