using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

/// <summary>Members for rings under test.</summary>
internal static class Rings
{
    public static RingMember[] Members(int count, int zones = 1, Func<int, double>? weight = null, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(index => Member(
            index, zones == 1 ? "" : $"zone{index % zones}", weight?.Invoke(index) ?? 1))];

    public static RingMember Member(int index, string zone = "", double weight = 1) =>
        new($"node{index:d4}", $"akka.tcp://dynamo@10.0.0.1:{4000 + index}", $"10.0.0.1:{8000 + index}", zone, weight);

    /// <summary>How many replicas of the new ring lie on members that did not hold them in the old.</summary>
    public static int Moves(PartitionTable from, PartitionTable to)
    {
        var moves = 0;
        for (var partition = 0; partition < to.PartitionCount; partition++)
        {
            var before = Names(from, partition).ToHashSet();
            moves += Names(to, partition).Count(name => !before.Contains(name));
        }
        return moves;
    }

    public static IEnumerable<string> Names(PartitionTable table, int partition) =>
        table.Owners(partition).ToArray().Select(owner => table.Members[owner].Name);

    public static int[] Loads(PartitionTable table) =>
        [.. Enumerable.Range(0, table.Members.Length).Select(member => table.PartitionsOf(member).Length)];

    public static int[] Leads(PartitionTable table)
    {
        var leads = new int[table.Members.Length];
        for (var partition = 0; partition < table.PartitionCount; partition++)
            leads[table.Owners(partition)[0]]++;
        return leads;
    }

    /// <summary>The rules that hold of every ring, whatever its members.</summary>
    public static void ShouldBeSound(PartitionTable table)
    {
        var zones = table.Members.Select(member => member.Zone).Distinct().Count();
        for (var partition = 0; partition < table.PartitionCount; partition++)
        {
            var owners = table.Owners(partition).ToArray();
            owners.Length.ShouldBe(Math.Min(table.ReplicationFactor, table.Members.Length));
            owners.Distinct().Count().ShouldBe(owners.Length, $"distinct owners of partition {partition}");
            if (zones >= owners.Length)
                owners.Select(owner => table.Members[owner].Zone).Distinct().Count()
                    .ShouldBe(owners.Length, $"distinct zones of partition {partition}");
        }
        var (loads, leads) = (Loads(table), Leads(table));
        for (var member = 0; member < loads.Length; member++)
            Math.Abs(leads[member] - ((double)loads[member] / table.ReplicaCount))
                .ShouldBeLessThan(1, $"partitions that member {member} leads");
    }

    public static void ShouldFollowWeights(PartitionTable table)
    {
        var weight = table.Members.Sum(member => member.Weight);
        var loads = Loads(table);
        for (var member = 0; member < loads.Length; member++)
        {
            var share = table.PartitionCount * table.ReplicaCount * table.Members[member].Weight / weight;
            Math.Abs(loads[member] - share).ShouldBeLessThan(1, $"load {loads[member]} of member {member}, whose share is {share}");
        }
    }
}
