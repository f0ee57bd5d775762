using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Tells a task's result to an actor: the way to bring work that is done elsewhere back into one.</summary>
public static class PipeToSupport
{
    /// <param name="success">Makes the message; otherwise it is the result itself.</param>
    /// <param name="failure">Makes the message for a failure; otherwise it is a <see cref="Status.Failure"/>.</param>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, () => success is null ? taskToPipe.Result : success(taskToPipe.Result), failure);

    /// <summary>A task without a result tells something only if <paramref name="success"/> makes it, or if it fails.</summary>
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, () => success?.Invoke(), failure);

    private static Task Pipe(
        Task task, ICanTell recipient, IActorRef? sender, Func<object?> message, Func<Exception, object>? failure)
    {
        sender ??= ActorCell.CurrentSelfOrNoSender;
        if (task.IsCompleted)
        {
            Tell();
            return Task.CompletedTask;
        }
        var told = new TaskCompletionSource();
        InlineContext.OnCompleted(task, () =>
        {
            Tell();
            told.SetResult();
        });
        return told.Task;

        void Tell()
        {
            if (Outcome(task, message, failure) is { } outcome)
                recipient.Tell(outcome, sender);
        }
    }

    private static object? Outcome(Task task, Func<object?> message, Func<Exception, object>? failure)
    {
        Exception cause;
        try
        {
            if (task.IsCompletedSuccessfully)
                return message();
            cause = task.IsCanceled ? new TaskCanceledException(task)
                : task.Exception!.InnerExceptions.Count == 1 ? task.Exception.InnerException! : task.Exception;
        }
        catch (Exception thrown)
        {
            cause = thrown;
        }
        return failure is null ? new Status.Failure(cause) : failure(cause);
    }
}
