using System.Collections.Concurrent;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Embedded;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The one implementation of an actor system.</summary>
internal sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly Stack<Action> _terminationCallbacks = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Random? _random;
    private readonly WheelScheduler? _ownScheduler;
    private readonly Lazy<Serialization.Serialization> _serialization;
    private int _terminating;

    private ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!IsValidName(name))
            throw new ArgumentException($"'{name}' is no name of an actor system: letters, digits, - and _ are, and the first is a letter or digit.");
        Name = name;
        Settings = new Settings(this, config, setup);
        EmbeddedSetup? embedded = setup.Get<EmbeddedSetup>().GetOrElse(null!);
        _random = embedded?.Random;
        EventStream = new EventStream();
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), DefaultLogMessageFormatter.Instance);
        Scheduler = embedded?.Scheduler ?? ConfiguredScheduler() ?? (_ownScheduler = new WheelScheduler(
            Settings.Config.GetTimeSpan("akka.scheduler.tick-duration"),
            $"{name}-scheduler",
            cause => Log.Error(cause, "Scheduled work threw: {0}", cause.Message)));
        StartTime = Scheduler.MonotonicClock;
        EventStream.Start(this);
        Dispatchers = new Dispatchers(Settings);
        Provider = MakeProvider();
        _serialization = new Lazy<Serialization.Serialization>(() => new Serialization.Serialization(this));
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override IActorRefProvider Provider { get; }

    public override Serialization.Serialization Serialization => _serialization.Value;

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters => Provider.DeadLetters;

    public override Dispatchers Dispatchers { get; }

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler { get; }

    public override IInternalActorRef Guardian => Provider.Guardian;

    public override IInternalActorRef SystemGuardian => Provider.SystemGuardian;

    public override Task WhenTerminated => _terminated.Task;

    public override TimeSpan StartTime { get; }

    public override TimeSpan Uptime => Scheduler.MonotonicClock - StartTime;

    internal AddressTerminatedListeners AddressTerminatedListeners { get; } = new();

    internal bool IsTerminating => Volatile.Read(ref _terminating) != 0;

    internal static ActorSystemImpl Start(string name, ActorSystemSetup setup)
    {
        Config config = Config.Empty;
        if (setup.Get<BootstrapSetup>() is { HasValue: true, Value: var bootstrap })
        {
            config = bootstrap.Config.GetOrElse(Config.Empty);
            if (bootstrap.ActorRefProvider is { HasValue: true, Value: var selection })
                config = ConfigurationFactory.ParseString($"akka.actor.provider = {selection.Identifier}").WithFallback(config);
        }
        var system = new ActorSystemImpl(name, config, setup);
        try
        {
            system.Start();
        }
        catch
        {
            system.StopActors();
            throw;
        }
        return system;
    }

    /// <summary>Tells one incarnation of a name from the next.</summary>
    internal long NextUid()
    {
        if (_random is not { } random)
            return Random.Shared.NextInt64(1, int.MaxValue);
        lock (random)
            return random.NextInt64(1, int.MaxValue);
    }

    public override IActorRef ActorOf(Props props, string? name = null) => Provider.Guardian.Cell.CreateChild(props, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) => Provider.SystemGuardian.Cell.CreateChild(props, name);

    public override ActorSelection ActorSelection(ActorPath actorPath) =>
        new(Provider.RootGuardianAt(actorPath.Address), actorPath.Elements);

    public override ActorSelection ActorSelection(string actorPath) => Select(actorPath, (IInternalActorRef)Provider.RootGuardian);

    /// <summary>A full path, one from the root (<c>/user/a</c>), or one from where <paramref name="at"/> is.</summary>
    internal ActorSelection Select(string path, IActorRef at)
    {
        if (ActorPath.TryParse(path, out ActorPath? full))
            return ActorSelection(full);
        return new ActorSelection(path.StartsWith('/') ? Provider.RootGuardian : at, path.Split('/'));
    }

    public override void Stop(IActorRef actor)
    {
        if (((IInternalActorRef)actor).Parent is LocalActorRef parent && parent.Cell.SystemImpl == this)
            parent.Cell.MarkStopping(actor);
        ((IInternalActorRef)actor).Stop();
    }

    public override object RegisterExtension(IExtensionId extension) =>
        _extensions.GetOrAdd(extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this))).Value;

    public override object GetExtension(IExtensionId extensionId) => RegisterExtension(extensionId);

    public override T GetExtension<T>() => _extensions.TryGetValue(typeof(T), out Lazy<object>? made) ? (T)made.Value : null!;

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override void RegisterOnTermination(Action code)
    {
        lock (_terminationCallbacks)
        {
            if (!_terminated.Task.IsCompleted)
            {
                _terminationCallbacks.Push(code);
                return;
            }
        }
        code();
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            StopActors();
        return WhenTerminated;
    }

    /// <summary>Stops everything, the application's actors first.</summary>
    internal Task StopActors()
    {
        if (Interlocked.Exchange(ref _terminating, 1) == 0)
            Provider.Guardian?.Stop();
        return WhenTerminated;
    }

    private void Start()
    {
        Provider.Init(this);
        EventStream.StartActors(this);
        CoordinatedShutdown.Get(this);
        _ = new DispatcherContext(Dispatchers.InternalDispatcher).Begin(EndWithTheLastActor);
    }

    private async Task EndWithTheLastActor()
    {
        await Provider.TerminationTask;
        Interlocked.Exchange(ref _terminating, 1);
        while (true)
        {
            Action code;
            lock (_terminationCallbacks)
            {
                if (!_terminationCallbacks.TryPop(out code!))
                {
                    _terminated.TrySetResult();
                    break;
                }
            }
            try
            {
                code();
            }
            catch (Exception cause)
            {
                Log.Error(cause, "A termination callback threw: {0}", cause.Message);
            }
        }
        _ownScheduler?.Dispose();
    }

    private IActorRefProvider MakeProvider()
    {
        string typeName = Settings.ProviderClass switch
        {
            "local" => typeof(LocalActorRefProvider).FullName!,
            "remote" => "Akka.Remote.RemoteActorRefProvider",
            "cluster" => "Akka.Cluster.ClusterActorRefProvider",
            var other => other,
        };
        Type type = Type.GetType(typeName) ?? throw new ConfigurationException(
            $"akka.actor.provider is '{Settings.ProviderClass}': it must be local, remote, cluster or the name of a type that can be loaded.");
        return (IActorRefProvider)Activator.CreateInstance(type, Name, Settings, EventStream)!;
    }

    private IScheduler? ConfiguredScheduler()
    {
        string typeName = Settings.Config.GetString("akka.scheduler.implementation");
        if (string.IsNullOrEmpty(typeName))
            return null;
        Type type = Type.GetType(typeName) ?? throw new ConfigurationException(
            $"akka.scheduler.implementation is '{typeName}', which is no type that can be loaded: write its full name and assembly.");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log)!;
    }

    private static bool IsValidName(string name) =>
        !string.IsNullOrEmpty(name) && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
