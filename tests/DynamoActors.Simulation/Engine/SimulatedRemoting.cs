using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote;
using Akka.Serialization;
using DynamoActors.Links.Transport;

namespace DynamoActors.Simulation.Engine;

/// <summary>
/// <c>akka.actor.provider</c>: local actors are Akka.NET's own, what is on other machines goes over a simulated network. The real
/// Akka.Cluster runs on it.
/// </summary>
public sealed class SimulatedActorRefProvider : IClusterActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private readonly SimulatedProcess _process;
    private readonly SimulatedRemoting _remoting;
    private readonly Dictionary<string, IActorRef> _remote = new(StringComparer.Ordinal);
    private ExtendedActorSystem _system = null!;
    private Information? _information;

    public SimulatedActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        _process = SimulatedProcess.Starting;
        settings.InjectTopLevelFallback(ConfigurationFactory.FromResource(
            "Akka.Remote.Configuration.Remote.conf", typeof(RemoteActorRefProvider).Assembly));
        settings.InjectTopLevelFallback(ConfigurationFactory.FromResource(
            "Akka.Cluster.Configuration.Cluster.conf", typeof(Akka.Cluster.Cluster).Assembly));
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
        RemoteSettings = new RemoteSettings(settings.Config);
        DefaultAddress = new Address("akka.tcp", systemName, _process.Host.Address, 4053);
        Transport = new OwnAddress(DefaultAddress);
        _remoting = new SimulatedRemoting(_process, Deliver);
    }

    public Address DefaultAddress { get; }
    public RemoteTransport Transport { get; }
    public RemoteSettings RemoteSettings { get; }
    public IInternalActorRef RemoteDaemon => (IInternalActorRef)DeadLetters;
    public IActorRef RemoteWatcher => DeadLetters;
    public Deploy LookUpRemotes(IEnumerable<string> p) => Deploy.None;
    public bool HasAddress(Address address) => address.Equals(_local.RootPath.Address) || address.Equals(DefaultAddress);
    public IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress) => (IInternalActorRef)ResolveActorRef(path);
    public IActorRef InternalResolveActorRef(string path) => ResolveActorRef(path);
    public void UseActorOnNode(RemoteActorRef actor, Props props, Deploy deploy, IInternalActorRef supervisor) =>
        throw new NotSupportedException();
    public void Quarantine(Address address, int? uid) { }
    public IInternalActorRef RootGuardian => _local.RootGuardian;
    public LocalActorRef Guardian => _local.Guardian;
    public LocalActorRef SystemGuardian => _local.SystemGuardian;
    public IActorRef DeadLetters => _local.DeadLetters;
    public IActorRef IgnoreRef => _local.IgnoreRef;
    public ActorPath RootPath => _local.RootPath;
    public Settings Settings => _local.Settings;
    public Deployer Deployer => _local.Deployer;
    public IInternalActorRef TempContainer => _local.TempContainer;
    public Task TerminationTask => _local.TerminationTask;
    public Information SerializationInformation => _information ??= new Information(DefaultAddress, _system);

    public void Init(ActorSystemImpl system)
    {
        _system = system;
        _local.Init(system);
        _remoting.Listen();
        Akka.Cluster.Cluster.Get(system);
    }

    public ActorPath TempPath() => _local.TempPath();
    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);
    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);
    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => _local.CreateFutureRef(tcs);
    public IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService,
        Deploy deploy, bool lookupDeploy, bool async) =>
        _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);
    public IActorRef RootGuardianAt(Address address) =>
        HasAddress(address) ? RootGuardian : new RemoteRef(this, new RootActorPath(address));
    public Address GetExternalAddressFor(Address address) => HasAddress(address) ? _local.RootPath.Address : DefaultAddress;

    public IActorRef ResolveActorRef(string path)
    {
        if (path.Length == 0) return ActorRefs.Nobody;
        if (_remote.TryGetValue(path, out var known)) return known;
        if (!ActorPath.TryParse(path, out var parsed)) return DeadLetters;
        var resolved = ResolveActorRef(parsed);
        if (resolved is RemoteRef) _remote[path] = resolved;
        return resolved;
    }

    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (!HasAddress(path.Address)) return new RemoteRef(this, path);
        var elements = path.Elements.ToArray();
        if (elements.Length == 0) return RootGuardian;
        if (path.Uid != ActorCell.UndefinedUid) elements[^1] = $"{elements[^1]}#{path.Uid}";
        var child = RootGuardian.GetChild(elements);
        return child.IsNobody() ? new EmptyLocalActorRef(this, RootPath / path.Elements, _system.EventStream) : child;
    }

    private void Send(ActorPath to, object message, IActorRef? sender)
    {
        if (!_process.IsAlive) return;
        message = Heartbeats.WithoutTime(message);
        var bytes = Akka.Serialization.Serialization.WithTransport(_system, () =>
        {
            var serializer = _system.Serialization.FindSerializerFor(message);
            using var stream = new MemoryStream();
            using var w = new BinaryWriter(stream);
            w.Write(0);
            w.Write(to.ToSerializationFormat());
            w.Write(sender is null || sender.IsNobody() ? "" : Akka.Serialization.Serialization.SerializedActorPath(sender));
            w.Write(serializer.Identifier);
            w.Write(Akka.Serialization.Serialization.ManifestFor(serializer, message));
            var body = serializer.ToBinary(message);
            w.Write(body.Length);
            w.Write(body);
            stream.Position = 0;
            w.Write((int)stream.Length - 4);
            return stream.ToArray();
        });
        _remoting.Send(to.Address.Host!, bytes);
    }

    private void Deliver(ReadOnlySpan<byte> bytes)
    {
        using var r = new BinaryReader(new MemoryStream(bytes.ToArray()));
        string to = r.ReadString(), from = r.ReadString();
        int id = r.ReadInt32();
        string manifest = r.ReadString();
        var message = _system.Serialization.Deserialize(r.ReadBytes(r.ReadInt32()), id, manifest);
        var sender = from.Length == 0 ? null : ResolveActorRef(from);
        var recipient = ResolveActorRef(to);
        if (_process.Host.Inbound?.Admits(recipient, message, sender ?? ActorRefs.Nobody) != false) recipient.Tell(
            message, sender ?? ActorRefs.NoSender);
    }

    private sealed class RemoteRef(SimulatedActorRefProvider provider, ActorPath path) : InternalActorRefBase
    {
        public override ActorPath Path => path;
        public override IInternalActorRef Parent => ActorRefs.Nobody;
        public override IActorRefProvider Provider => provider;
        public override bool IsTerminated => false;
        public override bool IsLocal => false;
        public override IActorRef GetChild(IReadOnlyList<string> name) =>
            name.Count == 0 || name[0].Length == 0 ? this : new RemoteRef(provider, path / name);
        public override void Resume(Exception? causedByFailure = null) { }
        public override void Start() { }
        public override void Stop() { }
        public override void Restart(Exception cause) { }
        public override void Suspend() { }
        public override void SendSystemMessage(ISystemMessage message) { }
        protected override void TellInternal(object message, IActorRef sender) => provider.Send(path, message, sender);
    }

    private sealed class OwnAddress(Address address) : RemoteTransport(null!, null!)
    {
        public override ISet<Address> Addresses { get; } = new HashSet<Address> { address };
        public override Address DefaultAddress => address;
        public override void Start() { }
        public override Task Shutdown() => Task.CompletedTask;
        public override void Send(object message, IActorRef sender, RemoteActorRef recipient) => throw new NotSupportedException();
        public override Task<bool> ManagementCommand(object cmd) => Task.FromResult(false);
        public override Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken) => Task.FromResult(false);
        public override Address LocalAddressForRemote(Address remote) => address;
        public override void Quarantine(Address address, int? uid) { }
    }
}

internal delegate void FrameArrived(ReadOnlySpan<byte> frame);

/// <summary>One connection to each other machine; what is sent while there is none waits for it a while, or is lost.</summary>
internal sealed class SimulatedRemoting(SimulatedProcess process, FrameArrived deliver)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private const int QueueMax = 20_000;

    private readonly Dictionary<string, Peer> _peers = new(StringComparer.Ordinal);

    public void Listen() => process.Transport.Listen(process.Host.Address, 4053, connection => new Inbound(deliver));

    public void Send(string host, byte[] frame)
    {
        if (!_peers.TryGetValue(host, out var peer)) _peers.Add(host, peer = new Peer(process, host));
        peer.Send(frame);
    }

    private sealed class Inbound(FrameArrived deliver) : ITransportHandler
    {
        private byte[] _buffer = new byte[64 * 1024];
        private int _filled;

        public Memory<byte> ReceiveBuffer
        {
            get
            {
                if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
                return _buffer.AsMemory(_filled);
            }
        }

        public void Received(int count)
        {
            _filled += count;
            int at = 0;
            while (_filled - at >= 4 && BitConverter.ToInt32(_buffer, at) is var length && _filled - at - 4 >= length)
            {
                deliver(_buffer.AsSpan(at + 4, length));
                at += 4 + length;
            }
            if (at == 0) return;
            Buffer.BlockCopy(_buffer, at, _buffer, 0, _filled - at);
            _filled -= at;
        }

        public void Sent() { }

        public void Closed(Exception? error) { }
    }

    private sealed class Peer(SimulatedProcess process, string host) : ITransportHandler
    {
        private readonly Queue<byte[]> _queue = new();
        private readonly byte[] _nothing = new byte[1024];
        private ITransportConnection? _connection;
        private int _attempt;
        private bool _connecting, _sending;
        private TimeSpan _closedUntil;

        public void Send(byte[] frame)
        {
            if (_queue.Count >= QueueMax || process.Host.Simulation.Now < _closedUntil) return;
            _queue.Enqueue(frame);
            if (_connection is not null) Pump();
            else if (!_connecting) Connect();
        }

        private void Connect()
        {
            _connecting = true;
            int attempt = ++_attempt;
            process.Transport.Connect(host, 4053, connection =>
            {
                if (attempt != _attempt || !_connecting)
                {
                    connection.Close();
                    return;
                }
                _connecting = false;
                _connection = connection;
                connection.Open(this);
                Pump();
            }, error => Failed(attempt));
            process.Post("patience", _patience, () => Failed(attempt));
        }

        private void Failed(int attempt)
        {
            if (attempt != _attempt || !_connecting) return;
            _connecting = false;
            _queue.Clear();
            _closedUntil = process.Host.Simulation.Now + _pause;
        }

        private void Pump()
        {
            while (!_sending && _connection is { } connection && _queue.Count > 0)
            {
                var batch = new List<ArraySegment<byte>>();
                while (batch.Count < 64 && _queue.TryDequeue(out var frame)) batch.Add(frame);
                _sending = !connection.Send(batch);
            }
        }

        public Memory<byte> ReceiveBuffer => _nothing;

        public void Received(int count) { }

        public void Sent()
        {
            _sending = false;
            Pump();
        }

        public void Closed(Exception? error)
        {
            _connection = null;
            _sending = false;
            _queue.Clear();
        }
    }
}
