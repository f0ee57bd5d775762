using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tracing;
using DynamoActors.Storage;

namespace DynamoActors.Node.Vnodes;

/// <summary>Reads replicas where the question arrives, without the vnode: what that has appended is visible to every thread.</summary>
internal sealed class ReplicaReads(IStorageEngine engine, CurrentRing ring)
{
    /// <summary>Null: the vnode shall answer, since it is about a hint, about a partition of others, or about what cannot be
    /// read.</summary>
    public ReplicaReply? TryRead(int partition, ReadReplica read)
    {
        if (read.StandsInFor is not null || ring.View is not { } view || partition >= view.Table.PartitionCount
            || !view.IsOwner(partition) || !view.IsCurrent(partition, read.Epoch)) return null;
        if (!StoreKey.IsObjectOf(partition, read.Key.Span)) return null;
        using var span = read.Trace.Begin("read replica");
        try
        {
            engine.TryGet(read.Key.Span, out var encoded);
            return new ReplicaRead(read.RequestId, read.Slot, encoded);
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
