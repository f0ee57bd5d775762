using Microsoft.Extensions.Logging;

namespace DynamoActors.MultiNode.Tests.Clusters.InProcess;

/// <summary>What a node logged.</summary>
internal sealed class LoggedLines : ILoggerProvider, ILogger
{
    private const int LinesShown = 30;

    private readonly List<string> _lines = [];

    /// <summary>The last lines.</summary>
    public string Text
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines.TakeLast(LinesShown));
        }
    }

    public bool Contains(string text)
    {
        lock (_lines) return _lines.Exists(line => line.Contains(text, StringComparison.Ordinal));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_lines) _lines.Add($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {formatter(state, exception)} {exception?.Message}");
    }

    public void Dispose()
    {
        // Read after the node has ended.
    }
}
