using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>The logger of specs: writes what no filter expects or mutes.</summary>
public class TestEventListener : DefaultLogger
{
    protected override void Print(LogEvent logEvent) => TestLog.Of(Context.System).Write(logEvent);
}

/// <summary>One system's log during a test: where it is written, and what is left out.</summary>
internal sealed class TestLog
{
    private static readonly ConditionalWeakTable<ActorSystem, TestLog> _logs = [];

    private readonly Lock _lock = new();
    private readonly List<Func<object, bool>> _muted = [];
    private Action<string>? _write;

    internal static TestLog Of(ActorSystem system) => _logs.GetOrCreateValue(system);

    internal static void WriteTo(ActorSystem system, Action<string> write) => Of(system)._write = write;

    internal void Mute(Func<object, bool> filter)
    {
        lock (_lock)
            _muted.Add(filter);
    }

    internal void Unmute(Func<object, bool> filter)
    {
        lock (_lock)
            _muted.Remove(filter);
    }

    internal void Write(LogEvent entry)
    {
        if (_write is not { } write)
            return;
        lock (_lock)
            if (_muted.Exists(muted => muted(entry)))
                return;
        try
        {
            write(entry.ToString());
        }
        catch (InvalidOperationException)
        {
            // The test is over and xunit takes no more output of it.
        }
    }
}
