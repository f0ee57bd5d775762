using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Over https the client shows its certificate, and knows nodes by the authorities that it was given.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string?> _shown = [];

    public CertificateTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Its_certificate_is_shown_to_nodes_of_an_authority_that_it_was_given()
    {
        var own = _authority.Sign("CN=shop");
        var serving = ServeAsync(_authority.Sign("CN=node"));
        using var client = Client(_authority, own);
        (await client.Bucket("b").GetAsync("k")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
        using (var stranger = Client(new TestAuthority(), own))
            (await stranger.Bucket("b").GetAsync("k")).ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>();
        _listener.Stop();
        await serving;
        _shown.ShouldContain(own.Thumbprint);
    }

    private DynamoClient Client(TestAuthority nodes, X509Certificate2 own)
    {
        var options = new DynamoClientOptions { AsksOwners = false, Certificate = () => own };
        options.Nodes.Add(new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"));
        options.Authorities.Add(nodes.Certificate);
        return new DynamoClient(options);
    }

    private async Task ServeAsync(X509Certificate2 own)
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptTcpClientAsync(), own);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client, X509Certificate2 own)
    {
        using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = own,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                lock (_shown) _shown.Add((shown as X509Certificate2)?.Thumbprint);
                return true;
            },
        });
        var head = new byte[4096];
        while (await tls.ReadAsync(head) > 0)
            await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n"
                + "Content-Length: 32\r\n\r\n{\"type\":\"/problems/not-found\"}  "));
    }
}
