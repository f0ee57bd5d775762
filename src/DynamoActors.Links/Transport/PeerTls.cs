using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Links.Transport;

/// <summary>How the two ends of a connection between nodes prove to each other that they are of one cluster. Any thread may call.</summary>
/// <param name="Own">What this node shows at the beginning of a connection; another after its file has changed.</param>
/// <param name="Trusts">Whether that belongs to a node of the cluster.</param>
public sealed record PeerTls(Func<X509Certificate2> Own, Func<X509Certificate2, bool> Trusts)
{
    /// <summary>Why a connection was ended.</summary>
    public const string Revoked = "its certificate was revoked";

    private const string AnyNode = "dynamo";

    /// <summary>Asked again and again of a certificate that was trusted: true ends the connection.</summary>
    public Func<X509Certificate2, bool> IsRevoked { get; init; } = static _ => false;

    internal SslServerAuthenticationOptions OfServer() => new()
    {
        ServerCertificate = Own(),
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = Validate,
    };

    internal SslClientAuthenticationOptions OfClient()
    {
        var own = Own();
        return new()
        {
            // Who it is the greeting says; here it only has to be of the cluster.
            TargetHost = AnyNode,
            ClientCertificates = [own],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = Validate,
        };
    }

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is X509Certificate2 shown && Trusts(shown);
}
