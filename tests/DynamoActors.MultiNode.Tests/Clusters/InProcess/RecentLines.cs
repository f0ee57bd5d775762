using Microsoft.Extensions.Logging;

namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>The last lines that a node logged.</summary>
internal sealed class RecentLines : ILoggerProvider, ILogger
{
    private const int Kept = 60;

    private readonly Queue<string> _lines = new();

    public string Text
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_lines)
        {
            _lines.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {formatter(state, exception)} {exception?.Message}");
            if (_lines.Count > Kept) _lines.Dequeue();
        }
    }

    public void Dispose()
    {
        // Read after the node has ended.
    }
}
