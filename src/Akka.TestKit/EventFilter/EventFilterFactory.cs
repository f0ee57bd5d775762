using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Says which entries of the log a test expects, or wants left out of its output.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;

    internal EventFilterFactory(TestKitBase testKit, ActorSystem system)
    {
        _testKit = testKit;
        _system = system;
    }

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLevel(LogLevel.ErrorLevel, Text(message, start, contains), source);

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLevel(LogLevel.WarningLevel, Text(message, start, contains), source);

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLevel(LogLevel.InfoLevel, Text(message, start, contains), source);

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLevel(LogLevel.DebugLevel, Text(message, start, contains), source);

    /// <summary>Errors with a cause of that class.</summary>
    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception(
        Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null, bool checkInnerExceptions = false)
    {
        Func<string, bool> text = Text(message, start, contains);
        return Apply(
            $"Error with a cause of {exceptionType.Name}",
            typeof(Error),
            @event => @event is Error error && Causes(error.Cause, checkInnerExceptions).Any(exceptionType.IsInstanceOfType)
                && (text(error.Message.ToString()!) || text(error.Cause!.Message)) && IsFrom(error, source));
    }

    /// <summary>Any message that reached nobody.</summary>
    public IEventFilterApplier DeadLetter() => Apply("dead letter", typeof(AllDeadLetters), static @event => @event is AllDeadLetters);

    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => Apply(
        $"dead letter with a {typeof(TMessage).Name}",
        typeof(AllDeadLetters),
        @event => @event is AllDeadLetters { Message: TMessage } letter && (source is null || letter.Recipient.Path.ToString() == source));

    private IEventFilterApplier ForLevel(LogLevel level, Func<string, bool> text, string? source) => Apply(
        $"log entry at {level}",
        typeof(LogEvent),
        @event => @event is LogEvent entry && entry.LogLevel() == level && text(entry.Message.ToString()!) && IsFrom(entry, source));

    private EventFilterApplier Apply(string description, Type channel, Func<object, bool> matches) =>
        new(_testKit, _system, description, channel, matches);

    private static bool IsFrom(LogEvent entry, string? source) =>
        source is null || entry.LogSource == source || entry.LogSource.EndsWith(source, StringComparison.Ordinal);

    private static Func<string, bool> Text(string? message, string? start, string? contains) => text =>
        (message is null || text == message)
        && (start is null || text.StartsWith(start, StringComparison.Ordinal))
        && (contains is null || text.Contains(contains, StringComparison.Ordinal));

    private static IEnumerable<Exception> Causes(Exception? cause, bool inner)
    {
        for (; cause is not null; cause = inner ? cause.InnerException : null)
            yield return cause;
    }
}
