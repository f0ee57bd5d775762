using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Wire;

namespace Akka.Remote;

/// <summary>The handle of an actor on another node.</summary>
internal sealed class RemoteActorRef : InternalActorRefBase
{
    private readonly RemoteActorRefProvider _provider;
    private readonly Association _association;
    private readonly OutboundStream _stream;

    public RemoteActorRef(RemoteActorRefProvider provider, Association association, ActorPath path)
    {
        _provider = provider;
        _association = association;
        Path = path;
        IsTemp = MessageEncoder.IsTemp(path);
        _stream = IsUnderSystem(path) ? association.Control : association.Data;
    }

    public override ActorPath Path { get; }

    /// <summary>The sender of an Ask: used for one answer.</summary>
    internal bool IsTemp { get; }

    public override IInternalActorRef Parent => Path.Depth == 0 ? ActorRefs.Nobody : _provider.CreateRemoteRef(Path.Parent);

    public override IActorRefProvider Provider => _provider;

    public override bool IsTerminated => false;

    public override bool IsLocal => false;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        var path = Path;
        foreach (var element in name)
        {
            if (element == "..") path = path.Parent;
            else if (element.Length > 0) path /= element;
        }
        return ReferenceEquals(path, Path) ? this : _provider.CreateRemoteRef(path);
    }

    public override void Start()
    {
    }

    public override void Stop() => SendSystemMessage(Terminate.Instance);

    // Supervision ends at the node: nothing is deployed on another one.
    public override void Suspend()
    {
    }

    public override void Resume(Exception? causedByFailure = null)
    {
    }

    public override void Restart(Exception cause)
    {
    }

    internal override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch:
                _provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher), ActorRefs.NoSender);
                break;
            case Unwatch unwatch:
                _provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher), ActorRefs.NoSender);
                break;
        }
        _association.SendSystemMessage(this, message);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        // A selection is told to the root: what it selects decides.
        var stream = message is ActorSelectionMessage { Elements: ["system", ..] } ? _association.Control : _stream;
        stream.Send(this, message, sender);
    }

    private static bool IsUnderSystem(ActorPath path)
    {
        while (path.Depth > 1) path = path.Parent;
        return path.Name == "system";
    }
}
