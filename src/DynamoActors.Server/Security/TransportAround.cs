using Akka.Actor;
using Akka.Remote.Transport;

namespace DynamoActors.Server.Security;

/// <summary>
/// Akka.Remote's transport as it is, but for what a derived one changes. Unlike Akka's own adapters it leaves addresses as they are, so
/// that nodes with and without it understand each other.
/// </summary>
internal abstract class TransportAround : Transport
{
    private readonly Transport _inner;

    protected TransportAround(Transport inner, ExtendedActorSystem system)
    {
        _inner = inner;
        System = system;
        Config = inner.Config;
        SchemeIdentifier = inner.SchemeIdentifier;
        MaximumPayloadBytes = inner.MaximumPayloadBytes;
    }

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (address, below) = await _inner.Listen();
        var above = new TaskCompletionSource<IAssociationEventListener>();
        _ = HandOnAsync(above.Task, below);
        return (address, above);
    }

    public override bool IsResponsibleFor(Address remote) => _inner.IsResponsibleFor(remote);

    public override Task<AssociationHandle> Associate(Address remoteAddress) => _inner.Associate(remoteAddress);

    public override Task<bool> Shutdown() => _inner.Shutdown();

    public override Task<bool> ManagementCommand(object message) => _inner.ManagementCommand(message);

    /// <summary>Somebody has made a connection to this node; <paramref name="above"/> is to hear of it.</summary>
    protected abstract void OnInbound(InboundAssociation inbound, IAssociationEventListener above);

    private async Task HandOnAsync(Task<IAssociationEventListener> above, TaskCompletionSource<IAssociationEventListener> below) =>
        below.TrySetResult(new Accepting(this, await above));

    private sealed class Accepting(TransportAround around, IAssociationEventListener above) : IAssociationEventListener
    {
        public void Notify(IAssociationEvent ev)
        {
            if (ev is InboundAssociation inbound) around.OnInbound(inbound, above);
            else above.Notify(ev);
        }
    }
}
