using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Embedded.Remote;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>The remoting of one actor system: listens, holds an association with every peer address, and reports what happens.</summary>
internal sealed class Remoting
{
    public const string Protocol = "akka.tcp";

    private readonly ActorSystemImpl _system;
    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    // With the order in which they came: the order of objects in a hash table is another in every run.
    private readonly ConcurrentDictionary<InboundStream, long> _inbound = new();
    private readonly RateLimitedWarning _refusals;
    private long _accepted;
    private volatile bool _isClosed;

    public Remoting(ActorSystemImpl system, RemoteActorRefProvider provider, int uid)
    {
        _system = system;
        Provider = provider;
        Uid = uid;
        Settings = new RemoteSettings(system.Settings.Config);
        Log = new BusLogging(system.EventStream, "remoting", typeof(Remoting), DefaultLogMessageFormatter.Instance);
        _refusals = CreateWarning();
        var setup = system.Settings.Setup.Get<RemoteSetup>();
        Transport = setup.HasValue ? setup.Value.Transport
            : new TcpTransport(new TcpTransportOptions(Settings.SignOfLifeInterval, Settings.SignOfLifePause)
            {
                SendBufferBytes = Settings.SendBufferBytes,
                ReceiveBufferBytes = Settings.ReceiveBufferBytes,
                Backlog = Settings.Backlog,
            });
        Inbound = setup.HasValue ? setup.Value.Inbound : null;
        LocalAddress = new Address(Protocol, system.Name, Settings.PublicHostname, Settings.PublicPort);
        Information = new Information(LocalAddress, system);
        // Now, so that a wrong serializer setting ends the start and not the first message.
        Serialization = system.Serialization;
    }

    public RemoteActorRefProvider Provider { get; }

    public RemoteSettings Settings { get; }

    public ITransport Transport { get; }

    /// <summary>Null: messages go straight to whom they are for.</summary>
    public IInboundDelivery? Inbound { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Tells this incarnation of the system from its predecessors and successors at the same address.</summary>
    public int Uid { get; }

    /// <summary>The address that other nodes use.</summary>
    public Address LocalAddress { get; private set; }

    public Information Information { get; private set; }

    public Akka.Serialization.Serialization Serialization { get; }

    /// <summary>Nothing is sent or received any more, also by associations that are only made now.</summary>
    public bool IsClosed => _isClosed;

    public TimeSpan Now => _system.Scheduler.MonotonicClock;

    /// <exception cref="RemoteTransportException">The address cannot be bound.</exception>
    public void Listen()
    {
        int bound;
        try
        {
            bound = Transport.Listen(Settings.Hostname, Settings.Port, Accept);
        }
        catch (IOException e)
        {
            throw new RemoteTransportException($"the actor system {_system.Name} cannot listen on {Settings.Hostname}:{Settings.Port}: {e.Message}. "
                + "Stop what uses the port, or set akka.remote.dot-netty.tcp.hostname and akka.remote.dot-netty.tcp.port to what is free", e);
        }
        if (Settings.PublicPort == 0)
        {
            LocalAddress = LocalAddress.WithPort(bound);
            Information = new Information(LocalAddress, _system);
        }
    }

    public Association AssociationWith(Address remote) =>
        _associations.TryGetValue(remote, out var known) ? known
        : _associations.GetOrAdd(remote, static (address, remoting) => new Association(remoting, address), this);

    /// <summary>Stops talking to an incarnation of a peer, for good; without a uid, to the present one.</summary>
    public void Quarantine(Address address, int? uid, string reason) => AssociationWith(address).Quarantine(uid, reason);

    /// <summary>Whoever watches an actor of that node is told that it has ended.</summary>
    public void AddressTerminated(Address address)
    {
        Provider.RemoteWatcher.Tell(new RemoteWatcher.NodeEnded(address), ActorRefs.NoSender);
        _system.AddressTerminatedListeners.Publish(address);
    }

    public void After(TimeSpan delay, Action action)
    {
        try
        {
            _system.Scheduler.Advanced.ScheduleOnce(delay, action);
        }
        catch (SchedulerException)
        {
            // The system has stopped meanwhile, and with it whatever had to be done later. Most callers run on the thread pool, where
            // an exception would end the process.
        }
    }

    public void DeadLetter(object message, IActorRef? sender, IActorRef recipient) =>
        _system.DeadLetters.Tell(new DeadLetter(message, sender ?? ActorRefs.NoSender, recipient), sender ?? ActorRefs.NoSender);

    public RateLimitedWarning CreateWarning() => new(Log, _system.Scheduler);

    public ReachabilityLog CreateReachabilityLog(Address peer) => new(peer, Log, _system.Scheduler);

    public void Publish(RemotingLifecycleEvent happened)
    {
        PublishSilently(happened);
        if (Settings.LogLifecycleEvents) Log.Log(happened.LogLevel(), null, happened.ToString()!);
    }

    /// <summary>A peer that is turned away comes again and again: the log is spared.</summary>
    public void PublishRefusal(RemoteConnectionException refused)
    {
        var happened = new AssociationErrorEvent(refused, LocalAddress, Address.AllSystems, inbound: true, LogLevel.WarningLevel);
        PublishSilently(happened);
        if (Settings.LogLifecycleEvents) _refusals.Warn(happened.ToString());
    }

    /// <summary>Without a line in the log.</summary>
    public void PublishSilently(RemotingLifecycleEvent happened) => _system.EventStream.Publish(happened);

    public void Forget(InboundStream stream) => _inbound.TryRemove(stream, out _);

    /// <summary>Sends what waits, for as long as configured, then closes everything. <paramref name="done"/> is called once.</summary>
    public void Shutdown(Action done)
    {
        var finished = 0;
        var streams = Streams();
        var left = streams.Length + 1;
        foreach (var stream in streams) stream.Stop(StreamStopped);
        After(Settings.FlushWait, Close);
        StreamStopped();

        void StreamStopped()
        {
            if (Interlocked.Decrement(ref left) == 0) Close();
        }

        void Close()
        {
            if (Interlocked.Exchange(ref finished, 1) != 0) return;
            Transport.StopListening();
            _isClosed = true;
            // Again, for some may have come since. One that comes later still finds that remoting is closed.
            foreach (var stream in Streams()) stream.Signal();
            foreach (var (stream, _) in _inbound.OrderBy(stream => stream.Value)) stream.Close("remoting shuts down");
            Publish(new RemotingShutdownEvent());
            done();
        }
    }

    // In an order that is the same in every run.
    private OutboundStream[] Streams() =>
        [.. _associations.OrderBy(association => association.Key.ToString(), StringComparer.Ordinal).SelectMany(association => new[] { association.Value.Control, association.Value.Data })];

    private InboundStream Accept(ITransportConnection connection)
    {
        var stream = new InboundStream(this, connection);
        _inbound[stream] = Interlocked.Increment(ref _accepted);
        After(Settings.ConnectionTimeout, stream.CloseUnlessIntroduced);
        if (_isClosed) stream.Close("remoting shuts down");
        return stream;
    }
}
