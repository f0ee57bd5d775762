using Akka.Actor;
using Akka.Embedded;
using Akka.Event;
using Akka.Remote;

namespace Akka.Tests.Remote;

public sealed class ReachabilityLogTests
{
    private static readonly Address Peer = Address.Parse("akka.tcp://far@host:1");

    private readonly ManualClock _clock = new();
    private readonly Entries _entries = new();
    private readonly ReachabilityLog _log;

    public ReachabilityLogTests() => _log = new ReachabilityLog(Peer, _entries, _clock);

    [Fact]
    public void Peer_that_stays_away_is_a_warning_once_a_minute_and_otherwise_for_debugging()
    {
        for (var second = 0; second < 150; second++)
        {
            _log.Lost("refused");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        _entries.Of(LogLevel.WarningLevel).ShouldBe(
        [
            "No connection to akka.tcp://far@host:1: refused. Messages to it are lost until there is one",
            "No connection to akka.tcp://far@host:1 (attempt 61, since 00:01:00): refused. Messages to it are lost until there is one",
            "No connection to akka.tcp://far@host:1 (attempt 121, since 00:02:00): refused. Messages to it are lost until there is one",
        ]);
        _entries.Of(LogLevel.DebugLevel).Length.ShouldBe(147);
    }

    [Fact]
    public void Peer_that_is_back_is_announced_once_with_how_long_it_was_away()
    {
        _log.Lost("refused");
        _clock.Advance(TimeSpan.FromSeconds(75));
        _log.Reached();
        _log.Reached();
        _entries.Of(LogLevel.InfoLevel).ShouldBe(["akka.tcp://far@host:1 is connected again, after 00:01:15"]);
    }

    [Fact]
    public void First_connection_is_no_news()
    {
        _log.Reached();
        _entries.Count.ShouldBe(0);
    }

    [Fact]
    public void Peer_that_comes_and_goes_fills_the_log_no_faster()
    {
        for (var second = 0; second < 61; second++)
        {
            _log.Lost("broken");
            _log.Reached();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        _entries.Of(LogLevel.WarningLevel).Length.ShouldBe(2);
        _entries.Of(LogLevel.InfoLevel).Length.ShouldBe(2);
    }

    private sealed class Entries : ILoggingAdapter
    {
        private readonly List<(LogLevel Level, string Text)> _entries = [];

        public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

        public bool IsDebugEnabled => true;

        public bool IsInfoEnabled => true;

        public bool IsWarningEnabled => true;

        public bool IsErrorEnabled => true;

        public int Count => _entries.Count;

        public string[] Of(LogLevel level) => [.. _entries.Where(entry => entry.Level == level).Select(entry => entry.Text)];

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => _entries.Add((logLevel, message.ToString()!));

        public void Log(LogLevel logLevel, Exception? cause, string message) => _entries.Add((logLevel, message));
    }
}
