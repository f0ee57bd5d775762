using System.Security.Cryptography;
using DynamoActors.Links;
using DynamoActors.Links.Transport;
using DynamoActors.Node.Local;
using DynamoActors.Node.Settings;
using DynamoActors.Storage;

namespace DynamoActors.Embedded;

/// <summary>What every node outside of tests is made of, in a process of its own or an application's: a store, and links over
/// sockets.</summary>
internal static class NodeMaterial
{
    public static LocalStore StoreOver(IStorageEngine engine, NodeSettings settings) => new(
        engine, settings.Name, () => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), settings.HintBytesMax);

    /// <param name="peers">How nodes prove to be of the cluster; null: they need not.</param>
    public static Func<ILinksOwner, LinkOptions, ILinks> Links(PeerTls? peers = null) => (owner, options) =>
        new PeerLinks(new SocketTransport(new SocketOptions(TimeSpan.FromSeconds(1), options.SilenceMax * 3), peers), owner, options);
}
