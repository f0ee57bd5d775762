using Akka.Actor;
using DynamoActors.Node.Ring;

namespace DynamoActors.Node.Vnodes;

/// <summary>Starts a vnode for every partition and tells each whether it is held here. A failed vnode restarts: its state is on the disk.</summary>
internal sealed class VnodesActor : ReceiveActor
{
    private readonly IActorRef[] _vnodes;
    private ulong _epoch;

    public VnodesActor(VnodeServices services, int partitions)
    {
        _vnodes = new IActorRef[partitions];
        for (int partition = 0; partition < partitions; partition++)
            _vnodes[partition] = Context.ActorOf(Props.Create(typeof(Vnode), services, partition), partition.ToString());
        Context.Parent.Tell(new VnodesOpened(_vnodes));
        Receive<RingView>(Hold);
    }

    private void Hold(RingView ring)
    {
        if (ring.Table.Epoch == _epoch) return;
        _epoch = ring.Table.Epoch;
        for (int partition = 0; partition < _vnodes.Length; partition++)
            _vnodes[partition].Tell(new PartitionHeld(_epoch, ring.IsOwner(partition)));
    }
}

internal sealed record VnodesOpened(IActorRef[] Vnodes);
