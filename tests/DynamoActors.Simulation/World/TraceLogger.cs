using Akka.Event;
using DynamoActors.Simulation.Engine;

namespace DynamoActors.Simulation.World;

/// <summary>Writes what nodes log into the trace of the simulation that runs on this thread. No actor: nothing waits for it.</summary>
internal sealed class TraceLogger : MinimalLogger
{
    [ThreadStatic]
    private static Action<string>? _writer;

    [ThreadStatic]
    private static Action<string>? _onError;

    private readonly string _name = SimulatedProcess.Starting.Host.Name;

    /// <summary>Null: nobody reads. The entries are handled all the same, so that reading changes nothing.</summary>
    public static Action<string>? Writer
    {
        get => _writer;
        set => _writer = value;
    }

    /// <summary>Told of every error that a node logs.</summary>
    public static Action<string>? OnError
    {
        get => _onError;
        set => _onError = value;
    }

    protected override void Log(object message)
    {
        if (message is Error error) OnError?.Invoke($"{_name}: {error.Message}");
        if (message is LogEvent entry) Writer?.Invoke($"             {_name} log {entry.LogLevel()} {entry.Message} {entry.Cause}");
    }
}
