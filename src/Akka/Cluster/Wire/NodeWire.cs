using Akka.Actor;

namespace Akka.Cluster.Wire;

/// <summary>Addresses and incarnations in protobuf.</summary>
internal static class NodeWire
{
    public static AddressMessage Of(Address address) =>
        new() { Protocol = address.Protocol, System = address.System, Host = address.Host ?? "", Port = (uint)(address.Port ?? 0) };

    public static NodeMessage Of(UniqueAddress node) => new() { Address = Of(node.Address), Uid = node.Uid };

    public static Address Read(AddressMessage address) => new(address.Protocol, address.System, address.Host, (int)address.Port);

    public static UniqueAddress Read(NodeMessage node) => new(Read(node.Address), node.Uid);
}
