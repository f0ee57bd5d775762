using Akka.Actor;
using Akka.Configuration;

namespace Akka.Event;

/// <summary>An actor system's bus: log events, dead letters, unhandled messages, and whatever the application publishes.</summary>
public class EventStream : LoggingBus
{
    private static readonly Type[] _logClasses = [typeof(Error), typeof(Warning), typeof(Info), typeof(Debug)];

    private readonly StandardOutLogger _standardOutput = new();
    private readonly List<IActorRef> _loggers = [];
    private ActorSystemImpl? _system;
    private IActorRef? _unsubscriber;

    internal EventStream()
    {
    }

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        bool added = base.Subscribe(subscriber, channel);
        // Whoever stops is taken off by the actor that watches subscribers.
        if (added)
            _unsubscriber?.Tell(new StreamUnsubscriber.Subscribed(subscriber), ActorRefs.NoSender);
        return added;
    }

    public override void Publish(object @event)
    {
        if (@event is LogEvent entry)
            entry.Stamp(_system);
        base.Publish(@event);
    }

    internal IReadOnlyList<IActorRef> Loggers => _loggers;

    /// <summary>Until the loggers run: what is logged goes to standard output.</summary>
    internal void Start(ActorSystemImpl system)
    {
        _system = system;
        SetLogLevel(Logging.LogLevelFor(system.Settings.LogLevel));
        SubscribeFrom(_standardOutput, Logging.LogLevelFor(system.Settings.StdoutLogLevel));
    }

    internal void StartActors(ActorSystemImpl system)
    {
        _unsubscriber = system.SystemActorOf(Props.Create(() => new StreamUnsubscriber(this)), "eventStreamUnsubscriber");
        int number = 0;
        foreach (string name in system.Settings.Loggers)
        {
            Type type = Type.GetType(name) ?? throw new ConfigurationException(
                $"akka.loggers names '{name}', which is no type that can be loaded: write its full name and assembly.");
            IActorRef logger = system.SystemActorOf(
                Props.Create(type).WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId), $"log{++number}-{type.Name}");
            logger.Tell(new InitializeLogger(this), ActorRefs.NoSender);
            SubscribeFrom(logger, LogLevel);
            _loggers.Add(logger);
        }
        if (system.Settings.LogDeadLetters > 0)
            system.SystemActorOf(Props.Create(() => new DeadLetterListener()), "deadLetterListener");
        if (_loggers.Count > 0)
            Unsubscribe(_standardOutput);
    }

    internal void UseStandardOutputOnly()
    {
        if (_system is { } system)
            SubscribeFrom(_standardOutput, Logging.LogLevelFor(system.Settings.StdoutLogLevel));
        foreach (IActorRef logger in _loggers)
            Unsubscribe(logger);
    }

    private void SubscribeFrom(IActorRef logger, LogLevel level)
    {
        foreach (Type type in _logClasses)
            if (Logging.LevelOf(type) >= level)
                base.Subscribe(logger, type);
    }
}

/// <summary>Watches the stream's subscribers and takes off those that have stopped.</summary>
internal sealed class StreamUnsubscriber : ReceiveActor
{
    public StreamUnsubscriber(EventStream stream)
    {
        Receive<Subscribed>(subscribed => Context.Watch(subscribed.Subscriber));
        // In braces: as an expression its bool would say whether the message was handled.
        Receive<Terminated>(terminated =>
        {
            stream.Unsubscribe(terminated.ActorRef);
        });
    }

    internal sealed record Subscribed(IActorRef Subscriber);
}
