using DynamoActors.Http.Tests;
using DynamoActors.Node.Requests;
using Microsoft.Extensions.Logging;

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
