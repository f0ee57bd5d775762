using Akka.Actor;

namespace Akka.Remote;

/// <summary>Lets remoting send what the application's last actors said, before the system ends.</summary>
internal sealed class RemotingTerminator : ReceiveActor
{
    private readonly Remoting _remoting;
    private bool _isShuttingDown;

    public RemotingTerminator(Remoting remoting)
    {
        _remoting = remoting;
        Receive<TerminationHook>(_ =>
        {
            var self = Self;
            _isShuttingDown = true;
            remoting.Shutdown(() => self.Tell(Closed.Instance, ActorRefs.NoSender));
        });
        Receive<Closed>(_ => Context.Parent.Tell(TerminationHookDone.Instance));
    }

    protected override void PreStart() => Context.Parent.Tell(RegisterTerminationHook.Instance);

    // In a system that ended before it knew of this hook.
    protected override void PostStop()
    {
        if (!_isShuttingDown) _remoting.Shutdown(() => { });
    }

    private sealed class Closed
    {
        public static readonly Closed Instance = new();
    }
}
