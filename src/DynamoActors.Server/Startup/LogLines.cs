using DynamoActors.Http.Operations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace DynamoActors.Server.Startup;

/// <summary>One line for each fact, which goes to standard output and to whoever follows the log over HTTP.</summary>
internal abstract class LogLines(string name, LogTail tail) : ConsoleFormatter(name)
{
    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter to)
    {
        var line = LineOf(entry);
        tail.Add(line);
        to.WriteLine(line);
    }

    protected abstract string LineOf<TState>(in LogEntry<TState> entry);
}
