using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLogLevel = Akka.Event.LogLevel;
using HostLogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting.Logging;

/// <summary>Hands what an actor system logs to the host's logging: the category is the class that logged, the source is in the text.</summary>
public class LoggerFactoryLogger : ActorBase
{
    private readonly Dictionary<Type, ILogger> _loggers = [];
    private readonly ILoggerFactory _factory;

    public LoggerFactoryLogger()
    {
        var setup = Context.System.Settings.Setup.Get<LoggerFactorySetup>();
        if (!setup.HasValue)
            throw new ConfigurationException($"{nameof(LoggerFactoryLogger)} has no logger factory: the actor system was not made by AddAkka, or the host has no logging");
        _factory = setup.Value.LoggerFactory;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                // The system does not wait for the answer: what is logged meanwhile stands behind this message in the mailbox.
                if (!Sender.Equals(Context.System.DeadLetters)) Sender.Tell(new LoggerInitialized(), Self);
                return true;
            case LogEvent entry:
                Log(entry, Self.Path);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Log(LogEvent log, ActorPath path) =>
        LoggerFor(log.LogClass).Log(LevelOf(log.LogLevel()), log.Cause, "[{LogSource}] {Message}", log.LogSource, log.Message);

    private ILogger LoggerFor(Type type)
    {
        if (!_loggers.TryGetValue(type, out var logger)) _loggers[type] = logger = _factory.CreateLogger(type);
        return logger;
    }

    private static HostLogLevel LevelOf(AkkaLogLevel level) => level switch
    {
        AkkaLogLevel.DebugLevel => HostLogLevel.Debug,
        AkkaLogLevel.InfoLevel => HostLogLevel.Information,
        AkkaLogLevel.WarningLevel => HostLogLevel.Warning,
        _ => HostLogLevel.Error,
    };
}
