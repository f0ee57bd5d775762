using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

/// <summary>Objects go wrong on their way into a node's engine or out of it.</summary>
internal abstract class ObjectSabotage : Sabotage
{
    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => new Wrong(node, engine, this);

    protected virtual VersionedObject Into(SimulatedNode node, VersionedObject held) => held;

    /// <summary>Null: as if there were nothing.</summary>
    protected virtual VersionedObject? OutOf(SimulatedNode node, VersionedObject held) => held;

    /// <summary>Whose objects go wrong.</summary>
    protected virtual string Bucket => Workloads.Buckets.Siblings;

    private bool IsMeant(ReadOnlySpan<byte> key) => key[0] == (byte)'o' && StoreKey.BucketOf(key) == Bucket;

    private sealed class Wrong(SimulatedNode node, IStorageEngine engine, ObjectSabotage sabotage) : EngineDecorator(engine)
    {
        public override bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
        {
            if (!base.TryGet(key, out value)) return false;
            if (!sabotage.IsMeant(key)) return true;
            var held = VersionedObjectCodec.Decode(value);
            var wrong = sabotage.OutOf(node, held);
            if (wrong is not null && !ReferenceEquals(wrong, held)) value = VersionedObjectCodec.Encode(wrong);
            if (wrong is null) value = default;
            return wrong is not null;
        }

        public override long Append(WriteBatch batch)
        {
            var changed = new WriteBatch();
            for (int index = 0; index < batch.Count; index++)
            {
                var operation = batch[index];
                if (operation.IsDelete) changed.Delete(operation.Key);
                else changed.Put(operation.Key, sabotage.IsMeant(operation.Key.Span) ? Changed(operation.Value) : operation.Value);
            }
            return base.Append(changed);
        }

        private ReadOnlyMemory<byte> Changed(ReadOnlyMemory<byte> encoded)
        {
            var held = VersionedObjectCodec.Decode(encoded);
            var wrong = sabotage.Into(node, held);
            return ReferenceEquals(wrong, held) ? encoded : VersionedObjectCodec.Encode(wrong);
        }
    }
}

internal sealed class LossyMerge : ObjectSabotage
{
    public override string Name => "lossy-merge";

    public override string Description => "a merge drops one sibling";

    protected override VersionedObject Into(SimulatedNode node, VersionedObject held) =>
        held.Siblings.Length < 2 ? held : VersionedObject.Of(held.Context, held.Siblings.AsSpan()[1..]);
}

internal sealed class OrderByClock : ObjectSabotage
{
    public override string Name => "order-by-clock";

    public override string Description => "a clock decides which of two concurrent versions is kept";

    protected override VersionedObject Into(SimulatedNode node, VersionedObject held) =>
        held.Siblings.Length < 2 ? held : held.KeepLatest();
}

internal sealed class AgedTombstone : ObjectSabotage
{
    private static readonly TimeSpan _age = TimeSpan.FromSeconds(2);

    public override string Name => "aged-tombstone";

    public override string Description => "a replica forgets a tombstone once it is some seconds old";

    protected override VersionedObject? OutOf(SimulatedNode node, VersionedObject held) =>
        held.IsDeleted && held.LatestTime.UnixMilliseconds < (SimulatedWorld.Epoch + node.Host.Simulation.Now - _age)
            .ToUnixTimeMilliseconds()
            ? null : held;
}

internal sealed class ForgottenNames : ObjectSabotage
{
    public override string Name => "forgotten-names";

    public override string Description => "a named addition is counted, and its name is not written beside it";

    protected override string Bucket => Workloads.Buckets.Counters;

    protected override VersionedObject Into(SimulatedNode node, VersionedObject held) =>
        VersionedObject.Of(held.Context, [.. held.Siblings.Select(sibling => CounterShare.Decode(sibling.Value.Span) is { } share
            ? sibling with { Value = (share with { Named = [] }).Encode() } : sibling)]);
}
