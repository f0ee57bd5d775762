namespace Akka.Actor;

/// <summary>
/// An actor whose constructor says which message is handled by what. The first handler that fits, in the order given, takes the
/// message. Become with a delegate that calls Receive again replaces the lot.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private HandlerTable? _beingBuilt = new();

    protected ReceiveActor() => InitialBehavior = HandleFirst;

    private HandlerTable Table => _beingBuilt ?? throw new InvalidOperationException(
        $"{GetType()} registers a handler outside its constructor and outside Become: a behaviour is fixed once it handles messages.");

    protected sealed override void OnReceive(object message) =>
        throw new NotSupportedException($"{GetType()} handles messages with Receive<T>.");

    protected void Become(Action configure) => Become(Build(configure));

    protected void BecomeStacked(Action configure) => BecomeStacked(Build(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Table.Add(shouldHandle is null ? new ActionHandler<T>(handler) : new PredicateHandler<T>(shouldHandle, handler));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Table.Add(new FuncHandler<T>(handler));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Table.Add(new AsyncMessageHandler<T>(Cell, shouldHandle, handler));

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAny(Action<object> handler) => Table.Add(new ActionHandler<object>(handler));

    protected void ReceiveAnyAsync(Func<object, Task> handler) => Table.Add(new AsyncMessageHandler<object>(Cell, null, handler));

    internal override void GiveTools(ActorCell cell)
    {
        base.GiveTools(cell);
        HandlerTable first = Table;
        _beingBuilt = null;
        InitialBehavior = first.Handle;
    }

    // Only there until the constructor is done and the table it filled takes over.
    private bool HandleFirst(object message) => Table.Handle(message);

    private Receive Build(Action configure)
    {
        HandlerTable? outer = _beingBuilt;
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
