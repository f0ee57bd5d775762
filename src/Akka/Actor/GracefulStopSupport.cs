using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class GracefulStopSupport
{
    /// <summary>Stops an actor and waits until it has stopped. Fails as cancelled when that takes longer than the timeout.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => GracefulStop(target, timeout, PoisonPill.Instance);

    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var actor = (IInternalActorRef)target;
        PendingAsk<Terminated> ended = PendingAsk<Terminated>.BeginWatch(actor, timeout);
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            Terminated terminated = await ended.Task.ConfigureAwait(false);
            return terminated.ActorRef.Equals(target);
        }
        catch (AskTimeoutException)
        {
            actor.SendSystemMessage(new Unwatch(actor, ended));
            throw new TaskCanceledException($"{target} did not stop within {timeout}.");
        }
    }
}
