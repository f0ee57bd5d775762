using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DynamoActors.Http.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>HTTP over TLS.</summary>
public sealed class ClientTlsTests : IAsyncLifetime
{
    private X509Certificate2 _certificate = Certificate();
    private HttpFrontEnd _frontEnd = null!;

    public async Task InitializeAsync() => _frontEnd = await HttpFrontEnd.StartAsync(
        new FakeStoreNode(), new HttpFrontEndOptions { Port = 0, Tls = new ClientTls(() => _certificate) }, NullLoggerFactory.Instance);

    public async Task DisposeAsync()
    {
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_value_goes_there_and_back_and_keys_are_any_bytes_as_ever(SslProtocols protocol)
    {
        var (client, _) = Client(protocol);
        using (client)
        {
            (await client.PutAsync("kv/%00key", new ByteArrayContent(new byte[200_000]))).StatusCode.ShouldBe(HttpStatusCode.Created);
            (await client.GetByteArrayAsync("kv/%00key")).Length.ShouldBe(200_000);
        }
    }

    [Fact]
    public async Task A_certificate_that_was_changed_is_shown_from_the_next_connection_on()
    {
        var (client, shown) = Client();
        using (client) await client.GetAsync("stats");
        _certificate = Certificate();
        var (again, shownAgain) = Client();
        using (again) await again.GetAsync("stats");

        shownAgain.Single().ShouldBe(_certificate.Thumbprint);
        shown.Single().ShouldNotBe(_certificate.Thumbprint);
    }

    [Fact]
    public async Task Without_TLS_nothing_is_answered()
    {
        using var client = new HttpClient();
        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync($"http://127.0.0.1:{_frontEnd.Port}/stats"));
    }

    private (HttpClient Client, List<string> Shown) Client(SslProtocols protocol = SslProtocols.None)
    {
        var shown = new List<string>();
        var handler = new SocketsHttpHandler();
        handler.SslOptions.EnabledSslProtocols = protocol;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown.Add(((X509Certificate2)certificate!).Thumbprint);
            return true;
        };
        return (new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{_frontEnd.Port}/") }, shown);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var made = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
