using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Vnodes;

namespace DynamoActors.Node.Wire;

/// <summary>The conversation between coordinators and vnodes.</summary>
internal sealed class ReplicaSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    // Not at construction: the actor system is not complete then.
    private NodeClock? _clock;

    public override int Identifier => 4701;

    private NodeClock Clock => _clock ??= NodeClockExtension.Of(system);

    public override string Manifest(object o) => o switch
    {
        WriteReplica => "W",
        ReplicaWritten => "w",
        ReadReplica => "R",
        ReplicaRead => "r",
        ReplicaRefused => "x",
        _ => throw new SerializationException($"{o.GetType()} does not belong to the conversation of replicas"),
    };

    public override byte[] ToBinary(object obj)
    {
        ulong clock = Clock.Tick().Value;
        return obj switch
        {
            WriteReplica write => ReplicaWire.Write(write, clock),
            ReplicaWritten written => ReplicaWire.Write(written, clock),
            ReadReplica read => ReplicaWire.Write(read, clock),
            ReplicaRead read => ReplicaWire.Write(read, clock),
            ReplicaRefused refused => ReplicaWire.Write(refused, clock),
            _ => throw new SerializationException($"{obj.GetType()} does not belong to the conversation of replicas"),
        };
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        ulong clock;
        object message = manifest switch
        {
            "W" => ReplicaWire.ReadWriteReplica(bytes, out clock),
            "w" => ReplicaWire.ReadReplicaWritten(bytes, out clock),
            "R" => ReplicaWire.ReadReadReplica(bytes, out clock),
            "r" => ReplicaWire.ReadReplicaRead(bytes, out clock),
            "x" => ReplicaWire.ReadReplicaRefused(bytes, out clock),
            _ => throw new SerializationException($"No message of the replicas' conversation has the manifest '{manifest}'"),
        };
        Clock.Observe(new HybridTime(clock));
        return message;
    }
}
