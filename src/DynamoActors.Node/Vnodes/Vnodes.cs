using Akka.Actor;

namespace DynamoActors.Node.Vnodes;

/// <summary>Starts a vnode for every partition. A failed vnode restarts: its state is on the disk.</summary>
internal sealed class VnodesActor : ReceiveActor
{
    public VnodesActor(VnodeServices services, int partitions)
    {
        var vnodes = new IActorRef[partitions];
        for (int partition = 0; partition < partitions; partition++)
            vnodes[partition] = Context.ActorOf(Props.Create(typeof(Vnode), services, partition), partition.ToString());
        Context.Parent.Tell(new VnodesOpened(vnodes));
    }
}

internal sealed record VnodesOpened(IActorRef[] Vnodes);
