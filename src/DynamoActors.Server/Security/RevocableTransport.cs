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

/// <summary>Connections end whose certificates are revoked.</summary>
internal sealed class RevocableTransport(Transport inner, ExtendedActorSystem system, CertifiedAssociations associations)
    : TransportAround(inner, system)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Logging.GetLogger(system, typeof(RevocableTransport));
    private ICancelable? _looking;

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var listening = await base.Listen();
        _looking = System.Scheduler.Advanced.ScheduleRepeatedlyCancelable(
            _lookEvery, _lookEvery, () => associations.EndRevoked(_log));
        return listening;
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var association = await base.Associate(remoteAddress);
        var peer = remoteAddress.ToString();
        if (!associations.IsRevoked(peer))
        {
            associations.Began(peer, association);
            return association;
        }

        association.Disassociate(PeerTls.Revoked, _log);
        throw new InvalidAssociationException($"the certificate of {remoteAddress} was revoked");
    }

    public override Task<bool> Shutdown()
    {
        _looking?.Cancel();
        return base.Shutdown();
    }

    protected override void OnInbound(InboundAssociation inbound, IAssociationEventListener above)
    {
        var remote = inbound.Association.RemoteAddress;
        associations.Began($"{remote.Host}:{remote.Port}", inbound.Association);
        above.Notify(inbound);
    }
}
