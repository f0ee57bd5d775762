using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Hosting;
using DynamoActors.Links.Transport;
using DynamoActors.Server.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DynamoActors.Server.Tests;

/// <summary>
/// Connections of Akka.Remote that there are when a certificate is revoked, over sockets: Akka asks for it at their beginning alone.
/// </summary>
public sealed class RevokedRemotingTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(3);

    private readonly List<IHost> _hosts = [];
    private volatile bool _isRevoked;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    [Fact]
    public async Task What_a_node_has_dialled_is_closed_to_it_and_it_is_not_taken_again()
    {
        var (judge, lost) = await PairAsync();
        await UntilAnswersAsync(lost, judge);

        _isRevoked = true;
        await UntilNothingIsOpenAsync(judge);
        // It dials again, and is refused.
        for (var attempt = 0; attempt < 3; attempt++) (await AnswersAsync(lost, judge)).ShouldBeFalse();
        judge.WhenTerminated.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_was_dialled_is_hung_up_on_for_as_long_as_it_is_on_the_list_and_that_ends_nobody()
    {
        var (judge, lost) = await PairAsync();
        await UntilAnswersAsync(judge, lost);

        _isRevoked = true;
        await UntilNothingIsOpenAsync(lost);
        // Dialled again and again, and never listened to.
        for (var attempt = 0; attempt < 3; attempt++) (await AnswersAsync(judge, lost)).ShouldBeFalse();

        _isRevoked = false;
        await UntilAnswersAsync(judge, lost);
        judge.WhenTerminated.IsCompleted.ShouldBeFalse();
        lost.WhenTerminated.IsCompleted.ShouldBeFalse();
    }

    private static Task UntilAnswersAsync(ActorSystem from, ActorSystem to) => UntilAsync(() => AnswersAsync(from, to));

    /// <summary>To the port of who was dialled.</summary>
    private static Task UntilNothingIsOpenAsync(ActorSystem dialled) => UntilAsync(async () =>
    {
        await Task.Yield();
        return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().All(
            one => one.State != TcpState.Established || one.LocalEndPoint.Port != AddressOf(dialled).Port);
    });

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var over = Task.Delay(_patience); !await condition();) over.IsCompleted.ShouldBeFalse();
    }

    private static async Task<bool> AnswersAsync(ActorSystem from, ActorSystem to)
    {
        try
        {
            return await from.ActorSelection(new RootActorPath(AddressOf(to)) / "user" / "echo").Ask<string>("hello", _soon) == "hello";
        }
        catch (Exception e) when (e is AskTimeoutException or TaskCanceledException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<(ActorSystem Judge, ActorSystem Lost)> PairAsync()
    {
        X509Certificate2 one = Certificate(), other = Certificate();
        return (await StartAsync(new PeerTls(() => one, _ => true)
        {
            IsRevoked = shown => _isRevoked && shown.Thumbprint == other.Thumbprint,
        }), await StartAsync(new PeerTls(() => other, _ => true)));
    }

    private async Task<ActorSystem> StartAsync(PeerTls tls)
    {
        var host = new HostBuilder().ConfigureServices(services => services.AddAkka("dynamo", builder => builder
            .AddHocon("""
                akka {
                  actor.provider = remote
                  loglevel = OFF
                  stdout-loglevel = OFF
                  remote {
                    retry-gate-closed-for = 500ms
                    dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
                  }
                }
                """, HoconAddMode.Prepend)
            .SecureRemoting(new ClusterTls(tls, _ => true))
            .WithActors((system, _) => system.ActorOf(Props.Create(() => new Echo()), "echo")))).Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host.Services.GetRequiredService<ActorSystem>();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var made = new CertificateRequest("CN=dynamo", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
