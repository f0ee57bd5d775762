using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Embedded.Remote;
using Akka.Event;

namespace Akka.Tests.Remote;

/// <summary>Two actor systems that reach each other, over loopback TCP or over a network inside this process.</summary>
internal sealed class RemotePair : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Defaults = """
        akka {
          actor.provider = remote
          loglevel = WARNING
          stdout-loglevel = OFF
          loggers = []
          log-dead-letters = off
          remote {
            dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
            retry-gate-closed-for = 20ms
            resend-interval = 50ms
          }
        }
        """;

    private readonly string _config;
    private readonly List<ActorSystem> _systems = [];

    public RemotePair(bool tcp, string config = "")
    {
        Network = tcp ? null : new InMemoryNetwork();
        _config = config;
        Near = Start("near");
        Far = Start("far");
    }

    public InMemoryNetwork? Network { get; }

    public ActorSystem Near { get; }

    public ActorSystem Far { get; private set; }

    public static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    public ActorSystem Start(string name, int port = 0)
    {
        var config = ConfigurationFactory.ParseString($"akka.remote.dot-netty.tcp.port = {port}")
            .WithFallback(ConfigurationFactory.ParseString(_config)).WithFallback(ConfigurationFactory.ParseString(Defaults));
        var setup = ActorSystemSetup.Empty.WithSetup(BootstrapSetup.Create().WithConfig(config));
        if (Network is not null) setup = setup.WithSetup(new RemoteSetup(Network.CreateTransport()));
        var system = ActorSystem.Create(name, setup);
        _systems.Add(system);
        return system;
    }

    /// <summary>Ends the far system and starts another one at its address.</summary>
    public async Task RestartFar()
    {
        var port = AddressOf(Far).Port!.Value;
        await Far.Terminate().WaitAsync(Patience);
        Far = Start("far", port);
    }

    /// <summary>An actor of the far system, as the near one sees it. Asks again: what is asked while the gate is closed is lost.</summary>
    public async Task<IActorRef> Identify(string path)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await Near.ActorSelection(AddressOf(Far) + path).ResolveOne(TimeSpan.FromMilliseconds(500));
            }
            catch (ActorNotFoundException) when (clock.Elapsed < Patience)
            {
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems) await system.Terminate().WaitAsync(Patience);
    }
}

internal sealed class Echo : ReceiveActor
{
    public Echo() => ReceiveAny(message => Sender.Tell(message));
}

/// <summary>Collects what it is told.</summary>
internal sealed class Collector : ReceiveActor
{
    public Collector(BlockingCollection<object> collected, IActorRef? watched = null)
    {
        if (watched is not null) Context.Watch(watched);
        // The answer to an identification that was asked again in the meantime; it says nothing about what a spec sent.
        Receive<DeadLetter>(letter => letter.Message is ActorIdentity, _ => { });
        // The event stream's word that this actor is subscribed, where nobody waits for it.
        Receive<DeadLetter>(letter => letter.Message is StreamUnsubscriber.Subscribed, _ => { });
        ReceiveAny(collected.Add);
    }
}

internal static class Collected
{
    public static object Next(this BlockingCollection<object> collected) =>
        collected.TryTake(out var next, RemotePair.Patience) ? next : throw new TimeoutException($"nothing was told within {RemotePair.Patience}");
}
