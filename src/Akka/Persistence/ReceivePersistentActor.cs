using Akka.Actor;

namespace Akka.Persistence;

/// <summary>
/// An <see cref="Eventsourced"/> actor whose constructor says, line by line, what recovers from what (<c>Recover</c>) and what handles
/// which command (<c>Command</c>). The first line that takes a message handles it.
/// </summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly HandlerTable _recovery = new();
    private readonly HandlerTable _firstCommands = new();
    private HandlerTable? _beingBuilt;

    protected ReceivePersistentActor() => _beingBuilt = _firstCommands;

    private HandlerTable Commands => _beingBuilt ?? throw new InvalidOperationException(
        $"{GetType()}: Command may be called in the constructor and in what is given to Become, not while messages are handled");

    protected sealed override bool ReceiveRecover(object message) => _recovery.Handle(message);

    protected sealed override bool ReceiveCommand(object message) => _firstCommands.Handle(message);

    protected sealed override void OnRecover(object message) => _recovery.Handle(message);

    protected sealed override void OnCommand(object message) => _firstCommands.Handle(message);

    protected void Become(Action configure) => Become(Build(configure));

    protected void BecomeStacked(Action configure) => BecomeStacked(Build(configure));

    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        _recovery.Add(shouldHandle is null ? new ActionHandler<T>(handler) : new PredicateHandler<T>(shouldHandle, handler));

    protected void RecoverAny(Action<object> handler) => _recovery.Add(new ActionHandler<object>(handler));

    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Commands.Add(shouldHandle is null ? new ActionHandler<T>(handler) : new PredicateHandler<T>(shouldHandle, handler));

    protected void CommandAny(Action<object> handler) => Commands.Add(new ActionHandler<object>(handler));

    internal override void GiveTools(ActorCell cell)
    {
        base.GiveTools(cell);
        _beingBuilt = null;
    }

    private Receive Build(Action configure)
    {
        var outer = _beingBuilt;
        var table = new HandlerTable();
        _beingBuilt = table;
        try
        {
            configure();
        }
        finally
        {
            _beingBuilt = outer;
        }
        return table.Handle;
    }
}
