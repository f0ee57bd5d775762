using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The handle of an actor in this process.</summary>
public sealed class LocalActorRef : InternalActorRefBase
{
    private readonly ActorCell _cell;

    internal LocalActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        _cell = new ActorCell(system, this, props, dispatcher, supervisor);
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => _cell.Parent;

    public override IActorRefProvider Provider => _cell.SystemImpl.Provider;

    public override bool IsTerminated => _cell.IsTerminated;

    public override bool IsLocal => true;

    internal ActorCell Cell => _cell;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef at = this;
        for (int i = 0; i < name.Count; i++)
        {
            switch (name[i])
            {
                case "":
                    break;
                case "..":
                    at = at.Parent;
                    break;
                case var element when at is LocalActorRef local:
                    at = local._cell.ChildNamed(element) ?? (IInternalActorRef)ActorRefs.Nobody;
                    break;
                default:
                    return at.GetChild([.. name.Skip(i)]);
            }
        }
        return at;
    }

    public override void Start() => SendSystemMessage(new Create());

    public override void Stop() => SendSystemMessage(Terminate.Instance);

    public override void Suspend() => SendSystemMessage(Akka.Dispatch.SysMsg.Suspend.Instance);

    public override void Resume(Exception? causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    internal override void SendSystemMessage(ISystemMessage message) => _cell.SendSystemMessage(message);

    protected override void TellInternal(object message, IActorRef sender) => _cell.Tell(message, sender);
}
