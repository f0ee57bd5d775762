using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using DynamoActors.Server.Startup;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace DynamoActors.Server.Tests;

/// <summary>What Akka.Remote says of connections that are no node's, over sockets: its words may change with its version.</summary>
public sealed class ActorLogTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Those_that_connect_and_say_nothing_are_told_of_once()
    {
        var lines = new Lines();
        var config = ConfigurationFactory.ParseString($$"""
            akka {
              actor.provider = remote
              loggers = ["{{typeof(ActorLog).AssemblyQualifiedName}}"]
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, connection-timeout = 100 ms }
            }
            """);
        var setup = BootstrapSetup.Create().WithConfig(config).And(new ActorLogSetup(lines));
        using var system = ActorSystem.Create("dynamo", setup);
        var port = ((ExtendedActorSystem)system).Provider.DefaultAddress.Port!.Value;
        for (var count = 0; count < 3; count++)
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(IPAddress.Loopback, port);
            await UntilGivenUpAsync(stranger);
        }

        await system.Terminate().WaitAsync(_patience);
        var loud = lines.Told.Where(line => line.Level >= LogLevel.Warning).ToList();
        loud.ShouldHaveSingleItem().Text.ShouldStartWith(
            "Something connects to this node's port for the cluster's own messages (--remote)");
    }

    /// <summary>As Akka says it, for each connection.</summary>
    [Fact]
    public async Task Those_that_show_no_certificate_or_hang_up_in_the_handshake_are_told_of_once()
    {
        var lines = new Lines();
        var config = ConfigurationFactory.ParseString($$"""
            akka {
              stdout-loglevel = OFF
              loggers = ["{{typeof(ActorLog).AssemblyQualifiedName}}"]
            }
            """);
        var system = ActorSystem.Create("node", BootstrapSetup.Create().WithConfig(config).And(new ActorLogSetup(lines)));
        var log = Logging.GetLogger(system, this);
        for (var count = 0; count < 3; count++)
        {
            log.Warning("Mutual TLS required but client did not provide a certificate from {0}", "10.0.0.1:5000");
            log.Warning("Half-close failed on channel {0}; closing it outright", "id: 1");
        }

        await system.Terminate().WaitAsync(_patience);
        lines.Told.Where(line => line.Level >= LogLevel.Warning).ShouldHaveSingleItem().Text.ShouldContain("Mutual TLS required");
    }

    private static async Task UntilGivenUpAsync(TcpClient stranger)
    {
        try
        {
            var said = new byte[100];
            while (await stranger.GetStream().ReadAsync(said).AsTask().WaitAsync(_patience) > 0)
            {
                // Akka takes leave.
            }
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed with something unread.
        }
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Told { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
