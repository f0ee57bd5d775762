using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Wire;

namespace Akka.Remote;

/// <summary>The system messages to one incarnation that it has not acknowledged, numbered in their order. Not thread-safe.</summary>
internal sealed class SystemMessageOutbox(int capacity)
{
    private readonly LinkedList<SystemMessageFrame> _frames = new();
    private LinkedListNode<SystemMessageFrame>? _unsent;
    private long _last;

    public bool HasUnsent => _unsent is not null;

    /// <summary>When the peer last made progress while messages waited; null if none wait.</summary>
    public TimeSpan? WaitingSince { get; private set; }

    /// <summary>False if the outbox is full.</summary>
    /// <param name="recipient">Whom the message is for.</param>
    /// <param name="message">The message.</param>
    /// <param name="now">The time.</param>
    /// <param name="first">True if no other waits.</param>
    public bool TryAdd(RemoteActorRef recipient, ISystemMessage message, TimeSpan now, out bool first)
    {
        first = _frames.Count == 0;
        if (_frames.Count >= capacity) return false;
        var (kind, other, existed) = message switch
        {
            Watch watch => (SystemMessageKind.Watch, PathOf(watch.Watcher), false),
            Unwatch unwatch => (SystemMessageKind.Unwatch, PathOf(unwatch.Watcher), false),
            DeathWatchNotification end => (SystemMessageKind.DeathWatchNotification, PathOf(end.Actor), end.ExistenceConfirmed),
            Terminate => (SystemMessageKind.Terminate, "", false),
            _ => throw new NotSupportedException($"{message.GetType().Name} does not cross the wire: supervision ends at the node"),
        };
        var node = _frames.AddLast(new SystemMessageFrame(++_last, kind, MessageEncoder.LocalPath(recipient.Path), other, existed));
        _unsent ??= node;
        WaitingSince ??= now;
        return true;
    }

    public bool TryTakeUnsent([NotNullWhen(true)] out SystemMessageFrame? frame)
    {
        frame = _unsent?.Value;
        _unsent = _unsent?.Next;
        return frame is not null;
    }

    public void SendAgain() => _unsent = _frames.First;

    public void Acknowledge(long sequence, TimeSpan now)
    {
        while (_frames.First is { } first && first.Value.Sequence <= sequence)
        {
            if (_unsent == first) _unsent = first.Next;
            _frames.RemoveFirst();
            WaitingSince = now;
        }
        if (_frames.Count == 0) WaitingSince = null;
    }

    /// <summary>Forgets everything, for another incarnation that counts from 1.</summary>
    public void Clear()
    {
        _frames.Clear();
        _unsent = null;
        _last = 0;
        WaitingSince = null;
    }

    private static string PathOf(IActorRef actor) => Akka.Serialization.Serialization.SerializedActorPath(actor);
}
