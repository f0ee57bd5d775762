using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.AntiEntropy;
using Google.Protobuf;

namespace DynamoActors.Node.Wire;

/// <summary>The conversations of anti-entropy.</summary>
internal sealed class AntiEntropySerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4705;

    public override string Manifest(object o) => o switch
    {
        DescribeTree => "describe",
        TreeDescribed => "described",
        ListVersions => "list",
        VersionsListed => "listed",
        FetchObjects => "fetch",
        ObjectsFetched => "fetched",
        MergeObjects => "merge",
        ObjectsMerged => "merged",
        ReplicasAgreed => "agreed",
        ConfirmDeleted => "confirm",
        DeletedConfirmed => "confirmed",
        DropDeleted => "drop",
        _ => throw new SerializationException($"{o.GetType()} does not belong to the conversations of anti-entropy"),
    };

    public override byte[] ToBinary(object obj) => AntiEntropyWire.To(obj, NodeClockExtension.Of(system).Tick().Value).ToByteArray();

    public override object FromBinary(byte[] bytes, string manifest)
    {
        object message = AntiEntropyWire.From(bytes, manifest, out ulong clock);
        NodeClockExtension.Of(system).Observe(new HybridTime(clock));
        return message;
    }
}
