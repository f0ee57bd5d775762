using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Embedded.Remote;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Tests.Hosted;

public class HostingSpec
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_actor_system_starts_and_stops_with_its_host()
    {
        using var host = Host(builder => builder.WithActors((system, registry) =>
            registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "echo"))));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();

        var echo = await host.Services.GetRequiredService<IRequiredActor<Echo>>().GetAsync();
        (await echo.Ask<string>("hello", _patience)).ShouldBe("hello");
        system.Name.ShouldBe("hosted");
        await host.StopAsync();

        system.WhenTerminated.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task The_host_stops_when_its_actor_system_ends()
    {
        using var host = Host(_ => { });
        await host.StartAsync();
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.TrySetResult());

        await host.Services.GetRequiredService<ActorSystem>().Terminate();

        await stopping.Task.WaitAsync(_patience);
    }

    [Fact]
    public async Task Configuration_added_in_front_wins_and_behind_gives_way()
    {
        using var host = Host(builder => builder
            .AddHocon("a = 1, b = 1", HoconAddMode.Append)
            .AddHocon("a = 2, c = 2", HoconAddMode.Append)
            .AddHocon("b = 3", HoconAddMode.Prepend));
        await host.StartAsync();
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        (config.GetInt("a"), config.GetInt("b"), config.GetInt("c")).ShouldBe((1, 3, 2));
        await host.StopAsync();
    }

    [Fact]
    public async Task What_the_actor_system_logs_reaches_the_hosts_log()
    {
        var log = new HostLog();
        using var host = Host(builder => builder.ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory()), log);
        await host.StartAsync();

        host.Services.GetRequiredService<ActorSystem>().Log.Warning("the {0} is full", "mailbox");

        (await log.Warned.Task.WaitAsync(_patience)).ShouldEndWith("the mailbox is full");
        log.Categories.ShouldContain("Akka.Actor.ActorSystem");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_startup_task_runs_after_all_actors_and_a_failed_one_fails_the_host()
    {
        var order = new List<string>();
        using var host = Host(builder => builder
            .AddStartup((_, _) => order.Add("startup"))
            .WithActors((_, _) => order.Add("actors")));
        await host.StartAsync();
        await host.StopAsync();
        order.ShouldBe(["actors", "startup"]);

        using var failing = Host(builder => builder.AddStartup((_, _) => throw new InvalidOperationException("not today")));
        (await Should.ThrowAsync<InvalidOperationException>(() => failing.StartAsync())).Message.ShouldBe("not today");
        await failing.StopAsync();
    }

    [Fact]
    public async Task A_cluster_node_is_composed_from_options()
    {
        var network = new InMemoryNetwork();
        using var host = Host(builder => builder
            .AddSetup(new RemoteSetup(network.CreateTransport()))
            .WithRemoting("node", 4053)
            .WithClustering(new ClusterOptions { SeedNodes = ["akka.tcp://hosted@node:4053"], Roles = ["store"] })
            .WithInMemoryJournal()
            .WithInMemorySnapshotStore());
        await host.StartAsync();
        var cluster = Akka.Cluster.Cluster.Get(host.Services.GetRequiredService<ActorSystem>());
        var up = new TaskCompletionSource();
        cluster.RegisterOnMemberUp(() => up.TrySetResult());

        await up.Task.WaitAsync(_patience);
        cluster.SelfAddress.ToString().ShouldBe("akka.tcp://hosted@node:4053");
        cluster.SelfMember.HasRole("store").ShouldBeTrue();
        await host.StopAsync();
        cluster.IsTerminated.ShouldBeTrue();
    }

    [Fact]
    public void The_registry_says_what_is_missing_and_what_is_there_already()
    {
        var registry = new ActorRegistry();
        Should.Throw<MissingActorRegistryEntryException>(() => registry.Get<Echo>()).Message.ShouldContain("Echo");
        var waiting = registry.GetAsync<Echo>();
        waiting.IsCompleted.ShouldBeFalse();

        registry.Register<Echo>(ActorRefs.Nobody);

        waiting.IsCompleted.ShouldBeTrue();
        registry.Count().ShouldBe(1);
        Should.Throw<DuplicateActorRegistryException>(() => registry.Register<Echo>(ActorRefs.Nobody));
        registry.Register<Echo>(ActorRefs.Nobody, overwrite: true);
    }

    private static IHost Host(Action<AkkaConfigurationBuilder> configure, ILoggerProvider? log = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        if (log is not null) builder.Logging.AddProvider(log);
        builder.Services.AddAkka("hosted", akka =>
        {
            akka.AddHocon("akka.stdout-loglevel = OFF", HoconAddMode.Append);
            configure(akka);
        });
        return builder.Build();
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class HostLog : ILoggerProvider, ILogger
    {
        public TaskCompletionSource<string> Warned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Categories { get; } = new();

        public ILogger CreateLogger(string categoryName)
        {
            Categories.Enqueue(categoryName);
            return this;
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == Microsoft.Extensions.Logging.LogLevel.Warning) Warned.TrySetResult(formatter(state, exception));
        }
    }
}
