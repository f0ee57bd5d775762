namespace Akka.Actor;

/// <summary>One behaviour of a <see cref="ReceiveActor"/>: its handlers in the order given.</summary>
internal sealed class HandlerTable
{
    private Type[] _types = new Type[4];
    private MessageHandler[] _handlers = new MessageHandler[4];
    private int _count;

    internal void Add(MessageHandler handler)
    {
        if (_count > 0 && _handlers[_count - 1].TakesAnything)
            throw new InvalidOperationException(
                "A handler is registered behind one that takes every message: it would never be called, so put it in front.");
        if (_count == _types.Length)
        {
            Array.Resize(ref _types, _count * 2);
            Array.Resize(ref _handlers, _count * 2);
        }
        _types[_count] = handler.Type;
        _handlers[_count++] = handler;
    }

    internal bool Handle(object message)
    {
        Type type = message.GetType();
        Type[] types = _types;
        for (int i = 0; i < _count; i++)
        {
            // Comparing types decides for nearly all messages; only open types need the real test.
            if ((ReferenceEquals(types[i], type) || _handlers[i].IsOpen) && _handlers[i].Handle(message))
                return true;
        }
        return false;
    }
}

/// <summary>One Receive line.</summary>
internal abstract class MessageHandler(Type type)
{
    internal Type Type { get; } = type;

    /// <summary>Whether a message of another type can fit.</summary>
    internal bool IsOpen { get; } = !type.IsSealed;

    internal virtual bool TakesAnything => false;

    /// <summary>False if the message does not fit or the handler did not take it.</summary>
    internal abstract bool Handle(object message);
}

internal sealed class ActionHandler<T>(Action<T> action) : MessageHandler(typeof(T))
{
    internal override bool TakesAnything => typeof(T) == typeof(object);

    internal override bool Handle(object message)
    {
        if (message is not T typed)
            return false;
        action(typed);
        return true;
    }
}

internal sealed class PredicateHandler<T>(Predicate<T> predicate, Action<T> action) : MessageHandler(typeof(T))
{
    internal override bool Handle(object message)
    {
        if (message is not T typed || !predicate(typed))
            return false;
        action(typed);
        return true;
    }
}

internal sealed class FuncHandler<T>(Func<T, bool> func) : MessageHandler(typeof(T))
{
    internal override bool Handle(object message) => message is T typed && func(typed);
}

internal sealed class AsyncMessageHandler<T>(ActorCell cell, Predicate<T>? predicate, Func<T, Task> func) : MessageHandler(typeof(T))
{
    internal override bool TakesAnything => typeof(T) == typeof(object) && predicate is null;

    internal override bool Handle(object message)
    {
        if (message is not T typed || (predicate is not null && !predicate(typed)))
            return false;
        cell.RunTask(func, typed);
        return true;
    }
}
