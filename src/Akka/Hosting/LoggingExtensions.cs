using Akka.Event;

namespace Akka.Hosting;

/// <summary>Which loggers an actor system has, and from which level on.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [];

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => Builder = builder;

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    internal AkkaConfigurationBuilder Builder { get; }

    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    public LoggerConfigBuilder AddLogger<T>()
    {
        _loggers.Add(typeof(T));
        return this;
    }

    internal string ToHocon() => $$"""
        akka {
          loglevel = {{LogLevel switch { LogLevel.DebugLevel => "DEBUG", LogLevel.InfoLevel => "INFO", LogLevel.WarningLevel => "WARNING", _ => "ERROR" }}}
          loggers = [{{string.Join(", ", _loggers.Select(type => $"\"{type.AssemblyQualifiedName}\""))}}]
        }
        """;
}

public static class LoggingExtensions
{
    /// <summary>Replaces the loggers of the configuration by those that <paramref name="configBuilder"/> adds.</summary>
    public static AkkaConfigurationBuilder ConfigureLoggers(this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configBuilder)
    {
        var loggers = new LoggerConfigBuilder(builder);
        configBuilder(loggers);
        return builder.AddHocon(loggers.ToHocon(), HoconAddMode.Prepend);
    }

    /// <summary>Logs through the host's <see cref="Microsoft.Extensions.Logging.ILoggerFactory"/>.</summary>
    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder builder) => builder.AddLogger<Logging.LoggerFactoryLogger>();

    public static LoggerConfigBuilder AddLoggerFactory(this LoggerConfigBuilder builder, Microsoft.Extensions.Logging.ILoggerFactory loggerFactory)
    {
        builder.Builder.AddSetup(new Logging.LoggerFactorySetup(loggerFactory));
        return builder.AddLoggerFactory();
    }
}
