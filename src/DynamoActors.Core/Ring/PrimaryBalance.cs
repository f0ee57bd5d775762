namespace DynamoActors.Core.Ring;

/// <summary>
/// Orders the owners of each partition: every member comes first in its even part of the partitions that it owns, rounded up or down; the
/// rest keep the previous ring's order. Changing an order moves no data.
/// </summary>
/// <remarks>
/// Possible always: if every owner came first in a fraction 1/N of its partitions, the parts would be exact; so rounding them up or down
/// has a solution in whole numbers. It is found like the assignment, along shortest chains: a partition that one member leads and another
/// owns is an edge.
/// </remarks>
internal sealed class PrimaryBalance
{
    private readonly AssignmentPlan _plan;
    private readonly ushort[] _owners;
    private readonly int[] _led;

    private PrimaryBalance(AssignmentPlan plan, PartitionTable? previous)
    {
        _plan = plan;
        _owners = new ushort[plan.PartitionCount * plan.ReplicaCount];
        _led = new int[plan.Members.Length];
        for (var partition = 0; partition < plan.PartitionCount; partition++)
        {
            plan.Owners(partition).CopyTo(_owners.AsSpan(partition * plan.ReplicaCount));
            Lead(partition, FirstLeader(partition, previous));
        }
    }

    public static ushort[] Order(AssignmentPlan plan, PartitionTable? previous)
    {
        var balance = new PrimaryBalance(plan, previous);
        balance.Level((member, led) => led > balance.LedMax(member), member => balance._led[member] < balance.LedMax(member), gives: true);
        balance.Level((member, led) => led < balance.LedMin(member), member => balance._led[member] > balance.LedMin(member), gives: false);
        return balance._owners;
    }

    private int LedMin(int member) => _plan.Load(member) / _plan.ReplicaCount;

    private int LedMax(int member) => (_plan.Load(member) + _plan.ReplicaCount - 1) / _plan.ReplicaCount;

    /// <summary>
    /// Who led the partition before, if it still owns it; else the owner that leads the smallest part of what it owns so far.
    /// </summary>
    private int FirstLeader(int partition, PartitionTable? previous)
    {
        var owners = Owners(partition);
        if (previous is not null && previous.PartitionCount == _plan.PartitionCount
            && _plan.Members[owners[0]].Name == previous.Members[previous.Owners(partition)[0]].Name)
            return 0;
        var best = 0;
        for (var position = 1; position < owners.Length; position++)
            if ((long)_led[owners[position]] * _plan.Load(owners[best]) < (long)_led[owners[best]] * _plan.Load(owners[position]))
                best = position;
        return best;
    }

    private Span<ushort> Owners(int partition) => _owners.AsSpan(partition * _plan.ReplicaCount, _plan.ReplicaCount);

    /// <summary>Moves the owner at that position to the front; the others keep their order.</summary>
    private void Lead(int partition, int position)
    {
        var owners = Owners(partition);
        var leader = owners[position];
        owners[..position].CopyTo(owners[1..]);
        owners[0] = leader;
        _led[leader]++;
    }

    /// <summary>
    /// Passes leads between members until none is wrong any more: away from it where it gives, towards it where it does not.
    /// </summary>
    private void Level(Func<int, int, bool> isWrong, Func<int, bool> canHelp, bool gives)
    {
        var partitionsOf = new List<int>[_led.Length];
        for (var member = 0; member < _led.Length; member++)
            partitionsOf[member] = [];
        for (var partition = 0; partition < _plan.PartitionCount; partition++)
            foreach (var owner in Owners(partition))
                partitionsOf[owner].Add(partition);
        for (var member = 0; member < _led.Length; member++)
            while (isWrong(member, _led[member]))
                PassLead(member, canHelp, gives, partitionsOf);
    }

    private void PassLead(int start, Func<int, bool> canHelp, bool gives, List<int>[] partitionsOf)
    {
        var cameBy = new (int From, int Partition)[_led.Length];
        var reached = new bool[_led.Length];
        reached[start] = true;
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out var at))
            foreach (var partition in partitionsOf[at])
                foreach (var other in Owners(partition))
                {
                    var isEdge = gives ? Owners(partition)[0] == at : Owners(partition)[0] == other;
                    if (!isEdge || reached[other])
                        continue;
                    reached[other] = true;
                    cameBy[other] = (at, partition);
                    if (canHelp(other))
                    {
                        Pass(cameBy, start, other, gives);
                        return;
                    }
                    queue.Enqueue(other);
                }
        throw new InvalidOperationException($"The leads of {_led.Length} members cannot be levelled.");
    }

    private void Pass((int From, int Partition)[] cameBy, int start, int end, bool gives)
    {
        for (var at = end; at != start; at = cameBy[at].From)
        {
            var (from, partition) = cameBy[at];
            _led[gives ? from : at]--;
            Lead(partition, Owners(partition).IndexOf((ushort)(gives ? at : from)));
        }
    }
}
