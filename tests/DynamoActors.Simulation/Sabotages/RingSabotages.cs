using Akka.Actor;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Simulation.World;
using DynamoActors.Storage;

namespace DynamoActors.Simulation.Sabotages;

internal sealed class EarlyArrival : Sabotage
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(200);

    public override string Name => "early-arrival";

    public override string Description => "a receiver says that all has arrived as soon as it is to receive something";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (message is RingCommitted { Ring.IsInTransition: true } committed)
            node.Host.Process!.Post("early", _soon, () => recipient.Tell(new MovesArrived(committed.Ring.Epoch, node.Name,
                [.. committed.Ring.MovingPartitions.Where(partition => node.View?.IsReceiver(partition) == true)])));
        return message;
    }
}

/// <summary>Some of what comes to a node that is to own the partition never gets to its store, while its hash tree knows of it.</summary>
internal sealed class SkippingTransfer : Sabotage
{
    public override string Name => "skipping-transfer";

    public override string Description => "a receiver passes over a part of what it is brought, and takes itself for complete";

    public override IStorageEngine Engine(SimulatedNode node, IStorageEngine engine) => new Skipping(node, engine);

    private sealed class Skipping(SimulatedNode node, IStorageEngine engine) : EngineDecorator(engine)
    {
        public override long Append(WriteBatch batch)
        {
            var kept = new WriteBatch();
            for (int index = 0; index < batch.Count; index++)
            {
                var operation = batch[index];
                if (operation.IsDelete || IsSkipped(operation.Key.Span)) kept.Delete(operation.Key);
                else kept.Put(operation.Key, operation.Value);
            }
            return base.Append(kept);
        }

        private bool IsSkipped(ReadOnlySpan<byte> key) => key[0] == (byte)'o' && key[^1] % 3 == 0
            && node.View?.IsReceiver(StoreKey.PartitionOf(key)) == true;
    }
}

/// <summary>Of two who propose at the same time, both are told what they want to hear.</summary>
internal sealed class AnyBallot : Sabotage
{
    public override string Name => "any-ballot";

    public override string Description => "a voter promises and accepts whatever it has promised before";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        object? answer = message switch
        {
            PrepareRing prepare => new RingPromised(node.Name, prepare.Epoch, prepare.Ballot, Ballot.None, null),
            AcceptRing accept => new RingAccepted(node.Name, accept.Ring.Epoch, accept.Ballot),
            _ => null,
        };
        if (answer is null || node.View is not { } view || view.Table.Epoch >= EpochOf(message)) return message;
        sender!.Tell(answer, recipient);
        return null;
    }

    private static ulong EpochOf(object message) => message is AcceptRing accept ? accept.Ring.Epoch : ((PrepareRing)message).Epoch;
}

/// <summary>Whatever ring a request goes by, it is taken for the replica's own.</summary>
internal sealed class AnyEpoch : Sabotage
{
    public override string Name => "any-epoch";

    public override string Description => "a replica does not look which ring a request goes by";

    public override object? Arriving(SimulatedNode node, IActorRef recipient, object message, IActorRef? sender)
    {
        if (node.View?.Table.Epoch is not { } epoch) return message;
        return message switch
        {
            WriteReplica write => write with { Epoch = epoch },
            ReadReplica read => read with { Epoch = epoch },
            _ => message,
        };
    }
}
