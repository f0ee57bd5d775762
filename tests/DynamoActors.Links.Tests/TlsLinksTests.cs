using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DynamoActors.Links.Transport;

namespace DynamoActors.Links.Tests;

/// <summary>The same links, encrypted, between ends that prove to be of one cluster.</summary>
public sealed class TlsLinksTests : SocketLinksTests
{
    private static readonly X509Certificate2 _ours = Certificate();

    protected override PeerTls? Tls => ThatShows(_ours);

    [Fact]
    public void Who_shows_another_certificate_or_none_is_not_greeted_and_greets_nobody()
    {
        var (a, b) = Pair();
        TestNode[] strangers = [Start("c", ThatShows(Certificate(), trusts: _ => true)), Start("d", tls: null)];
        foreach (var stranger in strangers)
        {
            stranger.Links.SetAddresses([a.Address]);
            a.Links.SetAddresses([b.Address, stranger.Address]);
        }

        // What comes after they have tried is no worse for it.
        for (int id = 0; id < 1000; id++) Until(() => a.Send("b", new byte[id], id));
        Until(() => b.Arrived.Count == 1000);
        strangers.ShouldAllBe(stranger => stranger.News.IsEmpty && stranger.Arrived.IsEmpty);
        a.News.ShouldBe(["up b/1"]);
    }

    [Fact]
    public void Whose_certificate_is_revoked_is_cut_off_and_not_taken_again()
    {
        var theirs = Certificate();
        var isRevoked = false;
        var a = Start("a", new PeerTls(() => _ours, shown => !(isRevoked && shown.Thumbprint == theirs.Thumbprint))
        {
            IsRevoked = shown => isRevoked && shown.Thumbprint == theirs.Thumbprint,
        });
        var b = Start("b", ThatShows(theirs, trusts: _ => true));
        a.Links.SetAddresses([b.Address]);
        b.Links.SetAddresses([a.Address]);
        Until(() => a.News.Count == 1 && b.News.Count == 1);

        Volatile.Write(ref isRevoked, true);
        Until(() => a.News.Count > 1 && b.News.Any(news => news.StartsWith("down a/1", StringComparison.Ordinal)));
        a.News.Last().ShouldStartWith("down b/1");
        a.Send("b", new byte[1]).ShouldBeFalse();
        // Also those over which nothing was said.
        Until(() => Open(a.Address.Port, b.Address.Port) == 0);
        // Dialled again and again, and taken by nobody; once the list no longer has it, it is back.
        Volatile.Write(ref isRevoked, false);
        Until(() => a.News.Last() == "up b/1");
    }

    private static int Open(params int[] ports) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(one => one.State == TcpState.Established && ports.Contains(one.LocalEndPoint.Port));

    private static PeerTls ThatShows(X509Certificate2 own, Func<X509Certificate2, bool>? trusts = null) =>
        new(() => own, trusts ?? (shown => shown.Thumbprint == own.Thumbprint));

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var made = new CertificateRequest("CN=dynamo", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
