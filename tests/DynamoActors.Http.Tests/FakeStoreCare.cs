using DynamoActors.Node.Requests;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Http.Tests;

/// <summary>A real store on a disk in memory, with small tables; of scrubbing and repairing only what a test says.</summary>
internal sealed class FakeStoreCare : IStoreCare, IDisposable
{
    private readonly LsmEngine _engine;
    private readonly Checkpoints _checkpoints;
    private int _filled;

    public FakeStoreCare()
    {
        _engine = LsmEngine.Open(new StorageOptions("/data/store", Disk, new InlineBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { MemtableBytes = 16 << 10, Level0CompactionTables = 100, Level0StopTables = 200 },
        });
        _checkpoints = new Checkpoints(_engine, Disk, "/data/checkpoints", [], TimeProvider.System);
        Fill(500);
    }

    public IReadOnlyList<ActorView> Actors { get; set; } = [new("/user", "Guardian", 0), new("/user/node", "NodeSupervisor", 2)];

    public MemoryFileSystem Disk { get; } = new();

    public Checkpoints? Checkpoints => IsClosed ? null : _checkpoints;

    /// <summary>The store is being repaired.</summary>
    public bool IsClosed { get; set; }

    public ScrubState Scrub { get; set; } = new(ScrubStep.Idle, 0, 0, 0, null, null, []);

    /// <summary>As which a scrub comes back at once.</summary>
    public ScrubStep ScrubEnds { get; set; } = ScrubStep.Done;

    public List<string> Asked { get; } = [];

    public IReadOnlyList<Finding> Findings { get; set; } = [];

    public string[] Tables => [.. Disk.List("/data/store").Where(name => name.EndsWith(".table", StringComparison.Ordinal))];

    public void Fill(int keys)
    {
        for (var key = 0; key < keys; key++)
            _engine.Append(new WriteBatch().Put(System.Text.Encoding.UTF8.GetBytes($"key{_filled++:D6}"), new byte[100]));
    }

    public ScrubState BeginScrub(long bytesPerSecond)
    {
        Asked.Add($"scrub {bytesPerSecond}");
        return Scrub = Scrub with { Step = ScrubEnds, Tables = 3, TablesRead = 3 };
    }

    public ScrubState PauseScrub()
    {
        Asked.Add("pause");
        return Scrub = Scrub with { Step = ScrubStep.Paused };
    }

    public Task<IReadOnlyList<Finding>> RepairAsync()
    {
        Asked.Add("repair");
        Scrub = Scrub with { Damaged = [] };
        return Task.FromResult(Findings);
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _engine.Dispose();
    }
}
