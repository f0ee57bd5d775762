using System.Globalization;
using DynamoActors.Core.Ring;
using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Operations;

/// <summary><c>/ring</c>: which members own which partitions.</summary>
internal static class RingPage
{
    public static Answers.Ring Of(PartitionTable ring) => new(
        ring.Epoch,
        ring.Cluster.ToString("x16", CultureInfo.InvariantCulture),
        ring.KeyHash.ToString().ToLowerInvariant(),
        ring.PartitionCount,
        ring.ReplicaCount,
        ring.Members.Select((member, index) => new RingNode(member.Name, member.Http, member.Zone, member.Weight, ring.PartitionsOf(index)
            .Length)),
        Enumerable.Range(0, ring.PartitionCount).Select(partition => NamesOf(ring, ring.Owners(partition))),
        ring.MovingPartitions.Select(partition => new MovingPartition(partition, NamesOf(ring, ring.Next(partition)))));

    private static string[] NamesOf(PartitionTable ring, ReadOnlySpan<ushort> owners)
    {
        var names = new string[owners.Length];
        for (var place = 0; place < names.Length; place++) names[place] = ring.Members[owners[place]].Name;
        return names;
    }
}
