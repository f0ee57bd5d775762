using Akka.Actor;

namespace Akka.Remote;

/// <summary>Lets remoting send what the application's last actors said, before the system ends.</summary>
internal sealed class RemotingTerminator : ReceiveActor
{
    public RemotingTerminator(Remoting remoting)
    {
        Receive<TerminationHook>(_ =>
        {
            var self = Self;
            remoting.Shutdown(() => self.Tell(Closed.Instance, ActorRefs.NoSender));
        });
        Receive<Closed>(_ => Context.Parent.Tell(TerminationHookDone.Instance));
    }

    protected override void PreStart() => Context.Parent.Tell(RegisterTerminationHook.Instance);

    private sealed class Closed
    {
        public static readonly Closed Instance = new();
    }
}
