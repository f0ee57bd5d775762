using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Hosting;

/// <summary>Starts some of an application's actors.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Runs when every actor has been started.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Gathers what an actor system is made of. Used while the host is built, by one thread.</summary>
public sealed class AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
{
    private readonly List<ActorStarter> _starters = [];
    private readonly List<StartupTask> _startupTasks = [];
    private readonly List<IExtensionId> _extensions = [];

    public Option<Config> Configuration { get; private set; } = Option<Config>.None;

    public Option<ProviderSelection> ActorRefProvider { get; internal set; } = Option<ProviderSelection>.None;

    internal string ActorSystemName { get; } = actorSystemName;

    internal IServiceCollection ServiceCollection { get; } = serviceCollection;

    internal HashSet<Setup> Setups { get; } = [];

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors((system, registry) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    });

    /// <summary>Called once the actor system runs, in the order given.</summary>
    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        _starters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => AddStartup((system, registry) =>
    {
        startupTask(system, registry);
        return Task.CompletedTask;
    });

    /// <summary>Called when every actor has been started, in the order given.</summary>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startupTasks.Add(startupTask);
        return this;
    }

    /// <summary>Makes the extension when the system starts.</summary>
    public AkkaConfigurationBuilder WithExtension<TExtId>()
        where TExtId : IExtensionId
    {
        _extensions.Add(Activator.CreateInstance<TExtId>());
        return this;
    }

    internal void Combine(Config config, HoconAddMode mode) => Configuration = mode switch
    {
        HoconAddMode.Prepend when Configuration.HasValue => config.WithFallback(Configuration.Value),
        HoconAddMode.Append when Configuration.HasValue => Configuration.Value.WithFallback(config),
        _ => config,
    };

    internal ActorSystem CreateSystem()
    {
        var bootstrap = BootstrapSetup.Create();
        if (Configuration.HasValue) bootstrap = bootstrap.WithConfig(Configuration.Value);
        if (ActorRefProvider.HasValue) bootstrap = bootstrap.WithActorRefProvider(ActorRefProvider.Value);
        var system = ActorSystem.Create(ActorSystemName, ActorSystemSetup.Create([bootstrap, .. Setups]));
        foreach (var extension in _extensions) system.RegisterExtension(extension);
        return system;
    }

    internal async Task StartAsync(ActorSystem system)
    {
        var registry = ActorRegistry.For(system);
        foreach (var starter in _starters) await starter(system, registry).ConfigureAwait(false);
        foreach (var startupTask in _startupTasks) await startupTask(system, registry).ConfigureAwait(false);
    }
}
