using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Makes the test actor the sender of what the test tells, on its thread and wherever an await takes it.</summary>
internal sealed class ImplicitSender(ActorCell cell, SynchronizationContext? inner) : SynchronizationContext
{
    internal static void Enter(ActorCell cell)
    {
        ActorCell.SetCurrent(cell);
        SynchronizationContext? outer = Current is ImplicitSender old ? old.Inner : Current;
        SetSynchronizationContext(new ImplicitSender(cell, outer));
    }

    internal static void Leave()
    {
        ActorCell.SetCurrent(null);
        if (Current is ImplicitSender mine)
            SetSynchronizationContext(mine.Inner);
    }

    private SynchronizationContext? Inner => inner;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (inner is null)
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(d, state), null);
        else
            inner.Post(_ => Run(d, state), null);
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    public override void OperationStarted() => inner?.OperationStarted();

    public override void OperationCompleted() => inner?.OperationCompleted();

    private void Run(SendOrPostCallback d, object? state)
    {
        ActorCell? before = ActorCell.Current;
        SynchronizationContext? outer = Current;
        ActorCell.SetCurrent(cell);
        SetSynchronizationContext(this);
        try
        {
            d(state);
        }
        finally
        {
            ActorCell.SetCurrent(before);
            SetSynchronizationContext(outer);
        }
    }
}
