using System.Runtime.ExceptionServices;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private static readonly Func<Func<Task>, Task> _call = static work => work();

    /// <summary>Runs the rest of the current message asynchronously, see <see cref="RunTask{T}"/>.</summary>
    internal void RunTask(Func<Task> work) => RunTask(_call, work);

    /// <summary>
    /// Handles the current message asynchronously: no other user message is handled before the task has ended, and whatever comes
    /// after an await runs in this cell, with this message's sender. A task that fails fails the actor.
    /// </summary>
    internal void RunTask<T>(Func<T, Task> work, T argument)
    {
        var handler = new AsyncHandler(this, _actor, _currentMessage, _sender);
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(handler);
        Task task;
        try
        {
            task = work(argument);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        if (task.IsCompleted)
        {
            ThrowIfFailed(task);
            return;
        }
        _mailbox.Suspend();
        handler.Await(task);
    }

    private void Continue(AsyncContinuation continuation)
    {
        AsyncHandler handler = continuation.Handler;
        _currentMessage = handler.Message;
        _sender = handler.Sender;
        if (continuation.Work is { } work)
        {
            SynchronizationContext? outer = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(handler);
            try
            {
                work(continuation.State);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(outer);
            }
        }
        else
        {
            _mailbox.Resume();
            if (_receiveTimeout is not null)
                RestartReceiveTimeoutAfter(this);
            // What an instance began that has been replaced since must not fail its successor.
            if (ReferenceEquals(handler.Actor, _actor))
                ThrowIfFailed(handler.Task);
        }
        _currentMessage = null;
        _sender = null;
    }

    private static void ThrowIfFailed(Task task)
    {
        if (task.IsCanceled)
            throw new TaskCanceledException(task);
        if (task.Exception is { } failure)
            ExceptionDispatchInfo.Throw(failure.InnerExceptions.Count == 1 ? failure.InnerException! : failure);
    }
}

/// <summary>One message that is being handled asynchronously: brings what follows an await back into its actor.</summary>
internal sealed class AsyncHandler(ActorCell cell, ActorBase? actor, object? message, IActorRef? sender) : SynchronizationContext
{
    internal ActorBase? Actor => actor;

    internal object? Message => message;

    internal IActorRef? Sender => sender;

    internal Task Task { get; private set; } = Task.CompletedTask;

    internal void Await(Task task)
    {
        Task = task;
        InlineContext.OnCompleted(task, Ended);
    }

    public override void Post(SendOrPostCallback d, object? state) => cell.SendSystemMessage(new AsyncContinuation(this, d, state));

    public override SynchronizationContext CreateCopy() => this;

    private void Ended() => cell.SendSystemMessage(new AsyncContinuation(this, null, null));
}
