using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Hosting;
using Akka.Remote.Transport.DotNetty;

namespace DynamoActors.Server.Security;

/// <summary>Akka.Remote with the same proof as the links: gossip and joining are for nodes of the cluster alone.</summary>
/// <remarks>
/// Akka ends an actor system that has dialled somebody who proves nothing. So that one node whose certificate has ended does not take
/// those with it that dial it, time is the links' to heed, without which it can do nothing; else the actors start again. Likewise
/// a node whose certificate was revoked may prove who it is when it is dialled; then <see cref="RevocableTransport"/> hangs up.
/// </remarks>
internal static class SecureAkka
{
    /// <summary>Of what proves a client: asked of a certificate where the other side has dialled.</summary>
    private const string OfClients = "1.3.6.1.5.5.7.3.2";

    /// <param name="peers">Null: anyone is taken for a node.</param>
    public static AkkaConfigurationBuilder SecureRemoting(this AkkaConfigurationBuilder builder, ClusterTls? peers)
    {
        builder.AddHocon($$"""
            akka.remote {
              adapters {
                reticent = "{{NameOf(typeof(ReticentTransportProvider))}}"
                revocable = "{{NameOf(typeof(RevocableTransportProvider))}}"
              }
              dot-netty.tcp.applied-adapters = [reticent]
            }
            """, HoconAddMode.Prepend);
        if (peers is null) return builder;
        var associations = new CertifiedAssociations(peers.Links.IsRevoked);
        return builder.AddHocon("""
            akka.remote.dot-netty.tcp {
              enable-ssl = on
              applied-adapters = [revocable, reticent]
            }
            """, HoconAddMode.Prepend).AddSetup(associations).AddSetup(new DotNettySslSetup(
            peers.Links.Own(), suppressValidation: false, requireMutualAuthentication: true,
            customValidator: (shown, chain, peer, _, _) =>
            {
                if (shown is null || !peers.WasTrusted(shown) || HasDialled(chain) && peers.Links.IsRevoked(shown)) return false;
                associations.Shown(peer, shown);
                return true;
            }));
    }

    /// <summary>Nothing but letters, dots and the comma: Akka reads the name together with the quotes that anything else takes.</summary>
    private static string NameOf(Type provider) => $"{provider.FullName},{provider.Assembly.GetName().Name}";

    private static bool HasDialled(X509Chain? chain) =>
        chain is null || chain.ChainPolicy.ApplicationPolicy.Cast<Oid>().Any(purpose => purpose.Value == OfClients);

    /// <summary>Whether it ended because whoever it dialled did not prove to be of the cluster.</summary>
    public static bool HasMetStranger(ActorSystem system) =>
        CoordinatedShutdown.Get(system).ShutdownReason is { } reason && reason.GetType().Name == "TlsHandshakeFailureReason";
}
