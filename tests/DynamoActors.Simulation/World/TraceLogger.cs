using Akka.Actor;
using Akka.Event;

namespace DynamoActors.Simulation.World;

/// <summary>Writes what nodes log into the trace of the simulation that runs on this thread.</summary>
internal sealed class TraceLogger : ActorBase
{
    [ThreadStatic]
    private static Action<string>? _writer;

    /// <summary>Null: nobody reads. The entries are handled all the same, so that reading changes nothing.</summary>
    public static Action<string>? Writer
    {
        get => _writer;
        set => _writer = value;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent entry:
                Writer?.Invoke($"             {Context.System.Settings.Config.GetString("dynamo.name")} log {entry.LogLevel()} {entry.Message} {entry.Cause}");
                return true;
            default:
                return false;
        }
    }
}
