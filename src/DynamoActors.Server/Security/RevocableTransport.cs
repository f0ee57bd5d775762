using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Transport;
using DynamoActors.Links.Transport;

namespace DynamoActors.Server.Security;

/// <summary>For Akka, which makes it by the name of its type.</summary>
internal sealed class RevocableTransportProvider : ITransportAdapterProvider
{
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) =>
        new RevocableTransport(wrappedTransport, system, system.Settings.Setup.Get<CertifiedAssociations>().Value);
}

/// <summary>Akka.Remote's transport as it is, but that connections end whose certificates are revoked.</summary>
internal sealed class RevocableTransport : Transport
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    private readonly Transport _inner;
    private readonly CertifiedAssociations _associations;
    private ICancelable? _looking;

    public RevocableTransport(Transport inner, ExtendedActorSystem system, CertifiedAssociations associations)
    {
        _inner = inner;
        _associations = associations;
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
        var log = Logging.GetLogger(System, this);
        _looking = System.Scheduler.Advanced.ScheduleRepeatedlyCancelable(
            _lookEvery, _lookEvery, () => _associations.EndRevoked(log));
        return (address, above);
    }

    public override bool IsResponsibleFor(Address remote) => _inner.IsResponsibleFor(remote);

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var association = await _inner.Associate(remoteAddress);
        var peer = remoteAddress.ToString();
        if (!_associations.IsRevoked(peer))
        {
            _associations.Began(peer, association);
            return association;
        }

        association.Disassociate(PeerTls.Revoked, Logging.GetLogger(System, this));
        throw new InvalidAssociationException($"the certificate of {remoteAddress} was revoked");
    }

    public override Task<bool> Shutdown()
    {
        _looking?.Cancel();
        return _inner.Shutdown();
    }

    public override Task<bool> ManagementCommand(object message) => _inner.ManagementCommand(message);

    private async Task HandOnAsync(
        Task<IAssociationEventListener> above, TaskCompletionSource<IAssociationEventListener> below) =>
        below.TrySetResult(new Accepting(await above, _associations));

    private sealed class Accepting(IAssociationEventListener above, CertifiedAssociations associations) : IAssociationEventListener
    {
        public void Notify(IAssociationEvent ev)
        {
            if (ev is InboundAssociation { Association: var association })
                associations.Began($"{association.RemoteAddress.Host}:{association.RemoteAddress.Port}", association);
            above.Notify(ev);
        }
    }
}
