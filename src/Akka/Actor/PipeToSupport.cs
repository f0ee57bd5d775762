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
        Func<Exception, object>? failure = null)
    {
        sender ??= ActorCell.CurrentSelfOrNoSender;
        return Pipe();

        async Task Pipe()
        {
            object message;
            try
            {
                T result = await taskToPipe.ConfigureAwait(false);
                message = success is null ? result! : success(result);
            }
            catch (Exception cause)
            {
                message = failure is null ? new Status.Failure(cause) : failure(cause);
            }
            recipient.Tell(message, sender);
        }
    }

    /// <summary>A task without a result tells something only if <paramref name="success"/> makes it, or if it fails.</summary>
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        sender ??= ActorCell.CurrentSelfOrNoSender;
        return Pipe();

        async Task Pipe()
        {
            object? message;
            try
            {
                await taskToPipe.ConfigureAwait(false);
                message = success?.Invoke();
            }
            catch (Exception cause)
            {
                message = failure is null ? new Status.Failure(cause) : failure(cause);
            }
            if (message is not null)
                recipient.Tell(message, sender);
        }
    }
}
