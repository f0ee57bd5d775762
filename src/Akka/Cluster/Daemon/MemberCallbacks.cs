namespace Akka.Cluster;

/// <summary>Calls what the application wants called when this node is Up and when it is gone; each once, at once if it is so already.</summary>
internal sealed class MemberCallbacks
{
    private readonly List<Action> _whenUp = [];
    private readonly List<Action> _whenRemoved = [];
    private bool _isUp;

    public void WhenUp(Action callback)
    {
        if (_isUp) callback();
        else _whenUp.Add(callback);
    }

    public void WhenRemoved(Action callback) => _whenRemoved.Add(callback);

    public void Up()
    {
        _isUp = true;
        Call(_whenUp);
    }

    public void Removed() => Call(_whenRemoved);

    private static void Call(List<Action> callbacks)
    {
        var calls = callbacks.ToArray();
        callbacks.Clear();
        foreach (var call in calls) call();
    }
}
