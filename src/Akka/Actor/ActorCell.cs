using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// What stands behind a handle and outlives the actor's instances: its mailbox, its children, its supervision. Everything but
/// Tell, SendSystemMessage and looking up a child happens on the thread that currently runs the mailbox.
/// </summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private readonly Mailbox _mailbox;

    // Null while the actor's initial behaviour is the current one.
    private Stack<Receive>? _behaviors;
    private Receive? _behavior;
    private ActorBase? _actor;
    private object? _currentMessage;
    private IActorRef? _sender;
    private ActorCell? _interrupted;

    internal ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        SystemImpl = system;
        Self = self;
        Props = props;
        Parent = parent;
        _mailbox = new Mailbox(this, dispatcher);
        dispatcher.Attach();
    }

    /// <summary>The cell whose actor runs on this thread.</summary>
    internal static ActorCell? Current => _current;

    /// <summary>For test threads, which stand in for an actor's.</summary>
    internal static void SetCurrent(ActorCell? cell) => _current = cell;

    internal ActorSystemImpl SystemImpl { get; }

    public ActorSystem System => SystemImpl;

    internal LocalActorRef Self { get; }

    IActorRef IActorContext.Self => Self;

    internal IInternalActorRef Parent { get; }

    IActorRef IActorContext.Parent => Parent;

    public Props Props { get; }

    public IActorRef Sender => _sender ?? SystemImpl.DeadLetters;

    public MessageDispatcher Dispatcher => _mailbox.Dispatcher;

    internal Mailbox Mailbox => _mailbox;

    internal Envelope CurrentEnvelope => new(_currentMessage!, _sender);

    internal bool IsTerminated => _mailbox.IsClosed;

    internal static IActorRef CurrentSelfOrNoSender => _current is { } cell ? cell.Self : ActorRefs.NoSender;

    internal void Tell(object message, IActorRef? sender) => _mailbox.Tell(message, sender);

    internal void SendSystemMessage(ISystemMessage message) => _mailbox.SendSystemMessage(message);

    internal void EnterThread()
    {
        _interrupted = _current;
        _current = this;
    }

    internal void LeaveThread()
    {
        _current = _interrupted;
        _interrupted = null;
    }

    /// <summary>One user message. Whatever the actor throws goes to its supervisor, never to the thread.</summary>
    internal void Invoke(in Envelope envelope)
    {
        object message = envelope.Message;
        _currentMessage = message;
        _sender = envelope.Sender;
        try
        {
            if (_receiveTimeout is not null)
                CancelReceiveTimeoutFor(message);
            if (message is IAutoReceivedMessage)
                AutoReceive(message);
            else
                Receive(message);
            if (_receiveTimeout is not null)
                RestartReceiveTimeoutAfter(message);
        }
        catch (Exception cause)
        {
            Fail(cause);
            return;
        }
        _currentMessage = null;
        _sender = null;
    }

    internal void Receive(object message)
    {
        if (_actor is not { } actor)
        {
            DeadLetter(new Envelope(message, _sender));
            return;
        }
        if (!actor.AroundReceive(_behavior ?? actor.InitialBehavior, message))
            actor.UnhandledByBehavior(message);
    }

    public void Become(Receive receive)
    {
        if (_behaviors is { Count: > 0 })
            _behaviors.Pop();
        Push(receive);
    }

    public void BecomeStacked(Receive receive) => Push(receive);

    public void Become(UntypedReceive receive) => Become(Handled(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Handled(receive));

    public void UnbecomeStacked()
    {
        if (_behaviors is not { Count: > 0 })
            return;
        _behaviors.Pop();
        _behavior = _behaviors.Count > 0 ? _behaviors.Peek() : null;
    }

    internal void DeadLetter(in Envelope envelope)
    {
        // A subscriber to dead letters that has stopped would otherwise make one of each that is published, without end.
        if (envelope.Message is not Event.AllDeadLetters)
            SystemImpl.DeadLetters.Tell(new Event.DeadLetter(envelope.Message, envelope.Sender, Self), envelope.Sender);
    }

    internal void SystemDeadLetter(ISystemMessage message) => SystemImpl.Provider.DeadLetterSystemMessage(message, Self);

    private void Push(Receive receive)
    {
        (_behaviors ??= new Stack<Receive>(2)).Push(receive);
        _behavior = receive;
    }

    private static Receive Handled(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void AutoReceive(object message)
    {
        switch (message)
        {
            case TimerScheduler.Tick tick:
                if (tick.Open() is { } due)
                {
                    _currentMessage = due;
                    if (due is IAutoReceivedMessage)
                        AutoReceive(due);
                    else
                        Receive(due);
                }
                break;
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case AddressTerminated { Address: var address }:
                AddressIsTerminated(address);
                break;
            case PoisonPill:
                Self.Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self));
                break;
            case ActorSelectionMessage selection:
                selection.ContinueFrom(Self, _sender);
                break;
            default:
                Receive(message);
                break;
        }
    }
}
