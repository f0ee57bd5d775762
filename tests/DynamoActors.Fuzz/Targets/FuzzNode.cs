using DynamoActors.Http.Serving;
using DynamoActors.Http.Tests;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Fuzz.Targets;

/// <summary>What front ends stand before: a node of one replica in memory, and a log in which no error may be.</summary>
internal sealed class FuzzNode : ILogger
{
    private Exception? _error;

    public FakeStoreNode Store { get; } = new()
    {
        Nodes = [],
        Script = request => request switch
        {
            ListKeys => new KeysListed([], null),
            InspectionRequest => new NodeNotReady("Nobody explains here."),
            _ => null,
        },
    };

    /// <summary>Of a node's front ends together: more than any one input asks for.</summary>
    public static ServingBounds Bounds() => new(
        new ConnectionLimit(10, TimeProvider.System, NullLogger.Instance), new TransferBudget(8 << 20, TimeProvider.System),
        new TransferBudget(8 << 20, TimeProvider.System), new WorkWindow(1 << 20, TimeProvider.System), TimeSpan.FromSeconds(2),
        TimeProvider.System);

    public void RequireNoError()
    {
        if (_error is not null) throw new InvalidOperationException($"An error of the node's own: {_error.Message}", _error);
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (level >= LogLevel.Error) _error ??= exception ?? new InvalidOperationException(formatter(state, exception));
    }
}
