using Akka.Event;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Where Akka logs before its loggers have started and after they have ended, whatever level is set: its own one writes in a form of its
/// own that the remoting has shut down. What went wrong is worth a line.
/// </summary>
internal sealed class LogOutsideOfActors : MinimalLogger
{
    protected override void Log(object message)
    {
        if (message is LogEvent said && said.LogLevel() >= LogLevel.WarningLevel) Console.Error.WriteLine(said);
    }
}
