using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Local;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Settings;
using DynamoActors.Simulation.Engine;
using DynamoActors.Simulation.Histories;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Simulation.World;

/// <summary>One machine with its disk, and the node on it, composed like a real one but for what lies below the engine's and the store's
/// seams.</summary>
internal sealed class SimulatedNode
{
    public const string SystemName = "dynamo";
    private const string StoreDirectory = "data/store";
    private const string JournalDirectory = "data/journal";

    private readonly SimulatedCluster _cluster;
    private readonly MessageFaults _faults;
    private LocalStore? _store;
    private ActorSystem? _system;
    private NodeGateway? _gateway;

    public SimulatedNode(SimulatedCluster cluster, SimulatedHost host)
    {
        _cluster = cluster;
        Host = host;
        Disk = new MemoryFileSystem();
        host.DiskWait = WaitFor;
        host.Inbound = _faults = new MessageFaults(this, cluster);
    }

    public SimulatedHost Host { get; }

    public string Name => Host.Name;

    public MemoryFileSystem Disk { get; private set; }

    /// <summary>How many times longer the disk takes.</summary>
    public double DiskSlowness { get; set; } = 1;

    /// <summary>How long each step of opening and writing the ring's journal takes besides.</summary>
    public TimeSpan JournalDelay { get; set; }

    /// <summary>How likely a message from another node is lost, or told twice.</summary>
    public double MessageLoss { get; set; }

    public double MessageDuplication { get; set; }

    /// <summary>Nothing that is to repair its replicas gets anywhere: comparisons, handoffs, read repairs.</summary>
    public bool PutsRepairsOff { get; set; }

    /// <summary>What tells it of a ring is lost; all else arrives.</summary>
    public bool HearsOfNoRing { get; set; }

    /// <summary>How much fits on the disk, whichever is in the machine.</summary>
    public long CapacityBytes
    {
        get => Disk.CapacityBytes;
        set
        {
            Disk.CapacityBytes = value;
            HadFullDisk = true;
        }
    }

    /// <summary>Since its process started there was a time with next to no space: then it may well give up.</summary>
    public bool HadFullDisk { get; private set; }

    /// <summary>What a restore would put back.</summary>
    public MemoryFileSystem? Checkpoint { get; private set; }

    public TimeSpan CheckpointAt { get; private set; }

    /// <summary>Null while no process runs.</summary>
    public IStoreNode? Door { get; private set; }

    /// <summary>The ring as its actors see it at the moment; null: none, or no process runs.</summary>
    public RingView? View => _gateway?.CurrentRing.View;

    /// <summary>Of its Akka.Cluster, as it sees it: by address, with the status. Empty while it is in none, or no process runs.</summary>
    public IReadOnlyDictionary<string, MemberStatus> ClusterMembers
    {
        get
        {
            if (_system is null || !IsRunning) return ImmutableDictionary<string, MemberStatus>.Empty;
            var cluster = Akka.Cluster.Cluster.Get(_system);
            var members = cluster.State.Members;
            // Two lives of one address may be in it for a moment.
            return members.Any(member => member.UniqueAddress.Equals(cluster.SelfUniqueAddress))
                ? members.GroupBy(member => member.Address.Host!).ToImmutableDictionary(at => at.Key, at => at.Last().Status)
                : ImmutableDictionary<string, MemberStatus>.Empty;
        }
    }

    /// <summary>Its directory's identity, and what earlier lives of it had leased. Only while it runs.</summary>
    public (ulong Actor, ulong InheritedUpTo) Identity => (_store!.Dots.Actor, _store.Dots.InheritedUpTo);

    /// <summary>The newest counter that it has seen of that identity, its own among them. Only while it runs.</summary>
    public ulong NewestOf(ulong actor) => _store!.Seen.NewestOf(actor);

    /// <summary>What its clock for people says, in milliseconds since 1970.</summary>
    public long ClockMilliseconds =>
        (SimulatedWorld.Epoch + (_cluster.Simulation.Now * Host.ClockRate) + Host.ClockOffset).ToUnixTimeMilliseconds();

    /// <summary>What it takes the cluster's time for; its own clock's where it does not run.</summary>
    public long ClusterMilliseconds => (Door as NodeGateway)?.Clock.ClusterUnixMilliseconds ?? ClockMilliseconds;

    public bool IsRunning => Host.Process is { IsAlive: true };

    public bool IsReady => IsRunning && Door is { Readiness.Ready: true };

    /// <summary>How many object writes its engine has taken.</summary>
    public long ObjectsAppended { get; private set; }

    /// <summary>What it holds of the key; null: nothing. Only while it runs.</summary>
    public VersionedObject? Stored(string bucket, byte[] key, int partition) =>
        _store!.Engine.TryGet(StoreKey.Object(partition, bucket, key), out var encoded) ? VersionedObjectCodec.Decode(encoded) : null;

    /// <summary>The same, with what it keeps of the key for others.</summary>
    public VersionedObject? StoredOrKept(string bucket, byte[] key, int partition)
    {
        var held = Stored(bucket, key, partition);
        foreach (var owner in _cluster.Nodes)
            if (_store!.Engine.TryGet(StoreKey.Hint(owner.Name, StoreKey.Object(partition, bucket, key)), out var hint)
                && Hint.ObjectIn(hint) is { IsEmpty: false } kept)
                held = VersionedObject.Merge(held, VersionedObjectCodec.Decode(kept));
        return held;
    }

    /// <summary>It keeps something that another node is to have.</summary>
    public bool HasHints
    {
        get
        {
            using var hints = _store!.Engine.Scan(StoreKey.AllHints, StoreKey.Behind(StoreKey.AllHints.Span));
            return hints.MoveNext();
        }
    }

    /// <summary>Starts a process. False: the disk cannot be used; <paramref name="refusal"/> says why.</summary>
    public bool TryStart(out StorageException? refusal)
    {
        refusal = null;
        HadFullDisk = CapacityBytes != long.MaxValue;
        var process = Host.StartProcess();
        var settings = _cluster.ConfigurationOf(this);
        try
        {
            _store = OpenStore(process, settings);
        }
        catch (StorageException e)
        {
            refusal = e;
            KillProcess();
            return false;
        }
        _system = process.CreateSystem(SystemName, ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(settings), new DiskJournalSetup(Disk, JournalDirectory)));
        var door = DynamoNode.Start(_system, new NodeParts
        {
            Settings = NodeSettings.From(settings) with
            {
                Seeds = _cluster.Seeds,
            },
            Store = _store,
            Links = (owner, options) => new PeerLinks(
                process.NewTransport(), _cluster.Sabotage.Links(this, owner), options),
            Admits = _faults.Admits,
            Ending = ending => process.Post("ending", TimeSpan.Zero, () => RestartActors(ending)),
        });
        _gateway = (NodeGateway)door;
        Door = _cluster.Sabotage.Door(door);
        _cluster.Sabotage.Started(this, _system);
        return true;
    }

    /// <summary>A node that asks for new actors gets them as by a restart of its process: nothing of its disk is lost.</summary>
    private void RestartActors(NodeEnding ending)
    {
        _cluster.Simulation.Trace.Note(_cluster.Simulation.Now, $"{Name} asks to end: {ending.Reason}");
        if (ending.HasLeft)
        {
            KillProcess();
            return;
        }
        if (!ending.IsRestart)
        {
            _cluster.TurnedAway(this, ending.Reason);
            return;
        }
        KillProcess();
        TryStart(out _);
    }

    /// <summary>The power goes: what was not synced is lost, torn or kept as the seed says.</summary>
    public void LosePower() => End(silently: true, Disk.AfterPowerLoss(_cluster.Simulation.Random));

    /// <summary>The process dies, the machine does not.</summary>
    public void KillProcess() => End(silently: false, Disk.AfterProcessCrash());

    /// <summary>The power goes in the middle of what it does to its disk, so many operations from now.</summary>
    public void LosePowerAfter(int operations)
    {
        var disk = Disk;
        disk.Before = operation =>
        {
            if (--operations > 0) return;
            disk.Before = null;
            LosePower();
            throw new IOException($"{operation.Path}: the power is gone.");
        };
    }

    /// <summary>Puts another disk into the machine, which must not run.</summary>
    public void Replace(MemoryFileSystem disk)
    {
        disk.CapacityBytes = CapacityBytes;
        Disk = disk;
    }

    public void TakeCheckpoint()
    {
        Checkpoint = Disk.AfterProcessCrash();
        CheckpointAt = _cluster.Simulation.Now;
    }

    /// <summary>Puts the disk back to the checkpoint, as a restore does it: what was restored is no longer who it was, and takes a new
    /// identity.</summary>
    public void Restore()
    {
        if (Checkpoint is not { } checkpoint) return;
        var disk = checkpoint.AfterProcessCrash();
        var options = new StorageOptions(StoreDirectory, disk, new InlineBackgroundWork(), TimeProvider.System);
        using (var engine = StorageEngines.Open(_cluster.Plan.Engine, options))
        {
            engine.Append(new WriteBatch().Delete(StoreKey.Identity));
            engine.Flush();
        }
        Replace(disk.AfterProcessCrash());
    }

    /// <summary>Every file of the disk that has any bytes, and how many.</summary>
    public IReadOnlyList<(string Path, long Length)> FilesWithBytes()
    {
        var found = new List<(string, long)>();
        foreach (string directory in (string[])[StoreDirectory, JournalDirectory])
            foreach (string name in Disk.List(directory))
            {
                if (Disk.List($"{directory}/{name}").Count > 0) continue;
                using var file = Disk.Open($"{directory}/{name}", FileOpening.Read);
                if (file.Length > 0) found.Add(($"{directory}/{name}", file.Length));
            }
        return found;
    }

    /// <summary>Whether the node has decided to stop because it cannot keep its promises.</summary>
    public bool HasGivenUp => IsRunning && _system is { } system && CoordinatedShutdown.Get(system).ShutdownReason is not null;

    private void End(bool silently, MemoryFileSystem left)
    {
        if (!IsRunning) return;
        Disk.Unplug();
        Replace(left);
        Host.Process!.Kill(silently);
        Door = null;
        _gateway = null;
        _system = null;
        _store = null;
    }

    private LocalStore OpenStore(SimulatedProcess process, Config settings)
    {
        var engine = StorageEngines.Open(settings.GetString("dynamo.store.engine"), new StorageOptions(
            StoreDirectory, _cluster.Sabotage.Disk(this, Disk), new SimulatedBackground(process), new VirtualTime(process))
        {
            Log = new LogOptions { SegmentBytes = _cluster.Plan.SegmentBytes },
            Snapshot = new SnapshotOptions { LogBytes = _cluster.Plan.SegmentBytes },
            Lsm = new LsmOptions { MemtableBytes = _cluster.Plan.SegmentBytes, HeadOf = StoredRecords.HeadOf },
        });
        var observed = new ObservedEngine(_cluster.Sabotage.Engine(this, engine), Appended);
        return new LocalStore(observed, Name, () => (ulong)_cluster.Simulation.Random.NextInt64(),
            settings.GetByteSize("dynamo.hints.bytes-max")!.Value);
    }

    private void Appended(WriteBatch batch, IReadOnlyList<DroppedObject> dropped)
    {
        foreach (var gone in dropped) _cluster.Dropped(this, ObjectKey.In(gone.Key), gone.Held);
        for (int index = 0; index < batch.Count; index++)
        {
            var operation = batch[index];
            if (!operation.IsDelete && operation.Key.Span.StartsWith(StoreKey.AllHints.Span)
                && Hint.ObjectIn(operation.Value) is { IsEmpty: false } kept)
                _cluster.Kept(this, VersionedObjectCodec.Decode(kept));
            if (operation.IsDelete || operation.Key.Span[0] != (byte)'o') continue;
            ObjectsAppended++;
            _cluster.Appended(this, VersionedObjectCodec.Decode(operation.Value));
        }
    }

    private TimeSpan WaitFor(string dispatcher) => dispatcher switch
    {
        "dynamo.store.dispatcher" => DiskTime(),
        "akka.persistence.dispatchers.default-plugin-dispatcher" => DiskTime() + JournalDelay,
        _ => TimeSpan.Zero,
    };

    private TimeSpan DiskTime() => _cluster.Simulation.Between(TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(3)) * DiskSlowness;

    public static Config ConfigurationFor(SimulatedHost host) => ConfigurationFactory.ParseString($$"""
        dynamo.name = {{host.Name}}
        dynamo.http.host = {{host.Address}}
        dynamo.links.host = {{host.Address}}
        dynamo.links.port = 4153
        dynamo.store.directory = "{{StoreDirectory}}"
        """);
}
