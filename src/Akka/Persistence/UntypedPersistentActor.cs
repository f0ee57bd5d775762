using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An <see cref="Eventsourced"/> actor with one method for recovery and one for commands, which take every message.</summary>
public abstract class UntypedPersistentActor : Eventsourced
{
    protected static new IUntypedActorContext Context => CurrentCell;

    protected override bool ReceiveRecover(object message)
    {
        OnRecover(message);
        return true;
    }

    protected override bool ReceiveCommand(object message)
    {
        OnCommand(message);
        return true;
    }

    protected abstract void OnRecover(object message);

    protected abstract void OnCommand(object message);

    protected void Become(UntypedReceive receive) => Cell.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => Cell.BecomeStacked(receive);
}
