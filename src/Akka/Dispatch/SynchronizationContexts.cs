namespace Akka.Dispatch;

/// <summary>What follows an await runs on a dispatcher: asynchronous work of the engine that belongs to no actor.</summary>
internal sealed class DispatcherContext(MessageDispatcher dispatcher) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => dispatcher.Schedule(() => With(this, d, state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs the beginning of asynchronous work here, so that all the rest follows on the dispatcher.</summary>
    internal T Begin<T>(Func<T> work)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            return work();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    private static void With(SynchronizationContext context, SendOrPostCallback work, object? state)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(context);
        try
        {
            work(state);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}

/// <summary>
/// What follows an await runs on the thread that completes the task, whatever the task's own options: for continuations that only
/// tell a message. No thread pool comes between, so one thread sees them in one order.
/// </summary>
internal sealed class InlineContext : SynchronizationContext
{
    internal static readonly InlineContext Instance = new();

    public override void Post(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    internal static void OnCompleted(Task task, Action continuation)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(Instance);
        try
        {
            task.GetAwaiter().UnsafeOnCompleted(continuation);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
