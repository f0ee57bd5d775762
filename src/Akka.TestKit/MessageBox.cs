using System.Collections.Concurrent;

namespace Akka.TestKit;

/// <summary>Between a test actor and its test: the test waits, for a time, for what comes.</summary>
internal sealed class MessageBox
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _count = new(0);

    internal bool HasMessages => !_messages.IsEmpty;

    internal void Add(MessageEnvelope envelope)
    {
        _messages.Enqueue(envelope);
        _count.Release();
    }

    internal MessageEnvelope? Take(TimeSpan timeout, CancellationToken cancellation) =>
        _count.Wait(timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout, cancellation) && _messages.TryDequeue(out MessageEnvelope? message)
            ? message : null;

    internal async Task<MessageEnvelope?> TakeAsync(TimeSpan timeout, CancellationToken cancellation) =>
        await _count.WaitAsync(timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout, cancellation) && _messages.TryDequeue(out MessageEnvelope? message)
            ? message : null;
}
