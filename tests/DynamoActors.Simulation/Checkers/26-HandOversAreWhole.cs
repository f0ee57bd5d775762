using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Checkers;

/// <summary>
/// Looks into the stores of the node that gives a partition away and of the one that takes its place, when the ring that says so turns up:
/// every write that was acknowledged before the partition began to move is with the second, too, where it is with the first. And of those
/// that own the partition from then on as many hold each write as owners were asked to, whenever it was acknowledged: a coordinator that
/// goes by an old ring gets no acknowledgement that the new one would not see.
/// </summary>
internal sealed class HandOversAreWhole : Checker
{
    // Writes under way when a ring is committed may have gone by the one before.
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(3);

    private readonly Dictionary<ulong, TimeSpan> _seenAt = [];
    private PartitionTable? _ring;

    public override int Number => 26;

    public override string Invariant => "A partition is handed over when all of it has arrived";

    public override void Glance()
    {
        if (Run.Cluster.Ring is not { } ring || ring.Epoch == _ring?.Epoch) return;
        _seenAt.TryAdd(ring.Epoch, Run.Now);
        if (_ring is { IsInTransition: true } before && ring.Epoch == before.Epoch + 1)
            foreach (int partition in before.MovingPartitions)
            {
                foreach (var move in before.MovesOf(partition))
                    if (move.From is { } from) Compare(before, ring, partition, from, move.Receiver);
                if (!ring.IsMoving(partition)) CountHolders(ring, partition);
            }
        _ring = ring;
    }

    private void Compare(PartitionTable before, PartitionTable ring, int partition, ushort from, ushort receiver)
    {
        var giver = NodeOf(before, from);
        var taker = NodeOf(before, receiver);
        // Where it was aborted, the taker owns nothing.
        if (!Owns(ring, taker, partition) || Owns(ring, giver, partition) || !giver.IsRunning || !taker.IsRunning
            || Run.Destroyed.Contains(giver) || !_seenAt.TryGetValue(before.MovingSince, out var began)) return;
        foreach (var key in History.Keys.Where(key => ring.PartitionOf(key.Bucket, key.Bytes) == partition))
        {
            var given = giver.Stored(key.Bucket, key.Bytes, partition)?.Context ?? VersionVector.Empty;
            var taken = taker.Stored(key.Bucket, key.Bytes, partition)?.Context ?? VersionVector.Empty;
            foreach (var write in History.Acknowledged(key).Where(write => !write.Expires && write.Completed < began - _settled))
                if (given.Covers(write.Dot) && !taken.Covers(write.Dot) && !History.WasDropped(key, write.Dot))
                    Fail(key, $"{write.Dot} was acknowledged at {write.Completed}, partition {partition} has been moving since {began}, "
                        + $"and {taker.Name} takes it over from {giver.Name} without that");
        }
    }

    private void CountHolders(PartitionTable ring, int partition)
    {
        if (Run.Destroyed.Count > 0) return;
        var owners = ring.Owners(partition).ToArray().Select(owner => NodeOf(ring, owner)).ToList();
        foreach (var key in History.Keys.Where(key => ring.PartitionOf(key.Bucket, key.Bytes) == partition))
            foreach (var write in History.Acknowledged(key).Where(write => !write.Expires && write.Quorum.Pw > 0))
            {
                int holding = owners.Count(owner => !owner.IsRunning
                    || owner.Stored(key.Bucket, key.Bytes, partition)?.Context.Covers(write.Dot) == true);
                if (holding < Math.Min(write.Quorum.Pw, owners.Count) && !History.WasDropped(key, write.Dot))
                    Fail(key, $"{write.Dot} was acknowledged at {write.Completed} by {write.Quorum.Pw} owners, and {holding} of "
                        + $"{string.Join(", ", owners.Select(owner => owner.Name))} have it, to whom partition {partition} is handed over");
            }
    }

    private SimulatedNode NodeOf(PartitionTable ring, ushort member) =>
        Run.Cluster.Nodes.First(node => node.Name == ring.Members[member].Name);

    private static bool Owns(PartitionTable ring, SimulatedNode node, int partition) =>
        ring.MemberIndex(node.Name) is >= 0 and var member && ring.Owns(partition, (ushort)member);
}
