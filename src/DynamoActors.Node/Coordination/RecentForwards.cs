using Akka.Actor;

namespace DynamoActors.Node.Coordination;

/// <summary>
/// The puts that other coordinators have forwarded here lately. One that comes a second time is not begun again: the first may have been
/// refused, and its client told that nothing was written.
/// </summary>
internal sealed class RecentForwards
{
    private const int RememberedMax = 4096;

    private readonly HashSet<(IActorRef Origin, long RequestId)> _known = [];
    private readonly Queue<(IActorRef Origin, long RequestId)> _inOrder = new();

    /// <summary>False: it has come before.</summary>
    public bool TryAdd(IActorRef origin, long requestId)
    {
        if (!_known.Add((origin, requestId))) return false;
        _inOrder.Enqueue((origin, requestId));
        if (_inOrder.Count > RememberedMax) _known.Remove(_inOrder.Dequeue());
        return true;
    }
}
