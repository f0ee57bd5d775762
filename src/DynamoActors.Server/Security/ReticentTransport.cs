using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using DynamoActors.Links;
using ByteString = Google.Protobuf.ByteString;

namespace DynamoActors.Server.Security;

/// <summary>For Akka, which makes it by the name of its type.</summary>
internal sealed class ReticentTransportProvider : ITransportAdapterProvider
{
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) => new ReticentTransport(wrappedTransport, system);
}

/// <summary>
/// Akka hears of a connection that somebody has made with the first message that comes over it: with TLS, that is after the handshake. Of
/// those over which nothing has come yet there are few at once.
/// </summary>
internal sealed class ReticentTransport : TransportAround
{
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log;
    private readonly Strangers<Inbound> _strangers;
    private readonly Lock _gate = new();
    private TimeSpan? _told;

    public ReticentTransport(Transport inner, ExtendedActorSystem system)
        : base(inner, system)
    {
        _log = Logging.GetLogger(system, typeof(ReticentTransport));
        _strangers = new Strangers<Inbound>(TurnAway);
    }

    protected override void OnInbound(InboundAssociation inbound, IAssociationEventListener above) =>
        new Inbound(this, inbound.Association, above).Begin();

    private void TurnAway(Inbound stranger)
    {
        stranger.Disassociate("nothing came over it before many others came", _log);
        lock (_gate)
        {
            var now = System.Scheduler.MonotonicClock;
            if (now - _told < _quiet) return;
            _told = now;
            _log.Warning(
                "Too many connections to this node's port for the cluster's own messages (--remote) had said nothing yet: the longest "
                + "silent were closed, {0} so far. Let nobody but the nodes reach that port", _strangers.TurnedAway);
        }
    }

    private sealed class Inbound : AssociationHandle, IHandleEventListener
    {
        private readonly ReticentTransport _transport;
        private readonly AssociationHandle _inner;
        private readonly IAssociationEventListener _above;
        private readonly Lock _gate = new();
        private readonly Queue<IHandleEvent> _early = [];
        private IHandleEventListener? _listener;
        private bool _isKnown;

        public Inbound(ReticentTransport transport, AssociationHandle inner, IAssociationEventListener above)
            : base(inner.LocalAddress, inner.RemoteAddress)
        {
            (_transport, _inner, _above) = (transport, inner, above);
            ReadHandlerSource = new TaskCompletionSource<IHandleEventListener>();
        }

        public void Begin()
        {
            _transport._strangers.Add(this);
            _inner.ReadHandlerSource.TrySetResult(this);
        }

        public override bool Write(ByteString payload) => _inner.Write(payload);

        [Obsolete("Akka calls it, after it has written down why.")]
        public override void Disassociate() => _inner.Disassociate();

        /// <summary>Called in the order of the connection.</summary>
        public void Notify(IHandleEvent ev)
        {
            if (!_isKnown)
            {
                _transport._strangers.Remove(this);
                if (ev is not InboundPayload) return;
                _isKnown = true;
                _ = ListenAsync();
                _above.Notify(new InboundAssociation(this));
            }

            lock (_gate)
            {
                if (_listener is null) _early.Enqueue(ev);
                else _listener.Notify(ev);
            }
        }

        private async Task ListenAsync()
        {
            var listener = await ReadHandlerSource.Task;
            lock (_gate)
            {
                while (_early.TryDequeue(out var ev)) listener.Notify(ev);
                _listener = listener;
            }
        }
    }
}
