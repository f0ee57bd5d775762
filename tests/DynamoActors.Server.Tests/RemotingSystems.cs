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

/// <summary>Actor systems of a test that talk over Akka.Remote as nodes do, over sockets; each has an actor that answers.</summary>
internal sealed class RemotingSystems : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(3);

    private readonly List<IHost> _hosts = [];

    /// <param name="tls">Null: open to anyone.</param>
    public async Task<ActorSystem> StartAsync(PeerTls? tls)
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
            .SecureRemoting(tls is null ? null : new ClusterTls(tls, _ => true))
            .WithActors((system, _) => system.ActorOf(Props.Create(() => new Echo()), "echo")))).Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host.Services.GetRequiredService<ActorSystem>();
    }

    public static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    /// <summary>That others have made to its port.</summary>
    public static int ConnectionsTo(ActorSystem system) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Count(one => one.State == TcpState.Established && one.LocalEndPoint.Port == AddressOf(system).Port);

    public static Task UntilAnswersAsync(ActorSystem from, ActorSystem to) => UntilAsync(() => AnswersAsync(from, to));

    public static async Task<bool> AnswersAsync(ActorSystem from, ActorSystem to)
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

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var over = Task.Delay(_patience); !await condition(); await Task.Yield()) over.IsCompleted.ShouldBeFalse();
    }

    public static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var made = new CertificateRequest("CN=dynamo", key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
