using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DynamoActors.Core.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Security;

/// <summary>TLS for clients of either protocol.</summary>
/// <param name="Own">What they are shown; asked for each connection.</param>
/// <param name="Authorities">Whose certificates count, of clients. Null: nobody's, and none is asked for.</param>
public sealed record ClientTls(Func<X509Certificate2> Own, Func<X509ChainPolicy>? Authorities = null)
{
    private const string OfClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>Whether a certificate that was trusted is so no longer; asked again at each request.</summary>
    public Func<X509Certificate2, bool> IsRevoked { get; init; } = static _ => false;

    /// <param name="refused">Told of certificates that do not count, and why.</param>
    internal void Use(ListenOptions endpoint, Action<X509Certificate2, string> refused) => endpoint.UseHttps(https =>
    {
        https.ServerCertificateSelector = (_, _) => Own();
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (Authorities is not { } policy) return;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (shown, sent, _) => IsOfClient(policy(), shown, sent, refused);
    });

    private bool IsOfClient(X509ChainPolicy policy, X509Certificate2 shown, X509Chain? sent, Action<X509Certificate2, string> refused)
    {
        using var chain = new X509Chain { ChainPolicy = policy };
        policy.ApplicationPolicy.Add(new Oid(OfClients));
        // What the client has sent of what is between its certificate and the authority.
        if (sent is not null) policy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        var isSound = chain.Build(shown);
        if (isSound && !chain.ChainElements.Any(element => IsRevoked(element.Certificate))) return true;
        refused(shown, isSound ? "it was revoked"
            : string.Join(", ", chain.ChainStatus.Select(one => one.StatusInformation.Trim()).Distinct()));
        return false;
    }

    /// <summary>What a connection's client has shown.</summary>
    internal static ShownCertificate ShownOn(IFeatureCollection connection, ClientTls? tls) =>
        new(tls is null ? null : connection.Get<ITlsConnectionFeature>()?.ClientCertificate, tls);
}

internal sealed class ShownCertificate(X509Certificate2? certificate, ClientTls? tls)
{
    private readonly TokenHash[] _names = certificate is null ? [] : [.. CertificateNames.Of(certificate).Select(TokenHash.OfCertificate)];

    /// <summary>In the order in which they count; empty: none was shown, or it was revoked.</summary>
    public ReadOnlySpan<TokenHash> Names => certificate is null || tls!.IsRevoked(certificate) ? [] : _names;
}
