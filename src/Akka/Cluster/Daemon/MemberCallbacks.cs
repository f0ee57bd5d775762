using Akka.Event;

namespace Akka.Cluster;

/// <summary>
/// Calls what the application wants called when this node is Up and when it is gone: each once, at once if it is so already. May be used
/// from any thread, also when the cluster's actors have stopped.
/// </summary>
internal sealed class MemberCallbacks(ILoggingAdapter log)
{
    private readonly Lock _lock = new();
    private List<Action>? _whenUp = [];
    private List<Action>? _whenRemoved = [];

    public void WhenUp(Action callback) => Add(ref _whenUp, callback);

    public void WhenRemoved(Action callback) => Add(ref _whenRemoved, callback);

    public void Up() => CallAll(ref _whenUp);

    public void Removed() => CallAll(ref _whenRemoved);

    private void Add(ref List<Action>? callbacks, Action callback)
    {
        lock (_lock)
        {
            if (callbacks is not null)
            {
                callbacks.Add(callback);
                return;
            }
        }
        Call(callback);
    }

    private void CallAll(ref List<Action>? callbacks)
    {
        List<Action> calls;
        lock (_lock)
        {
            calls = callbacks ?? [];
            callbacks = null;
        }
        calls.ForEach(Call);
    }

    // The application's mistake must not take the node out of its cluster.
    private void Call(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e)
        {
            log.Error(e, "A callback for this node's membership failed: {0}", e.Message);
        }
    }
}
