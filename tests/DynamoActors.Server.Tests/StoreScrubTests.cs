using System.Collections.Concurrent;
using System.Text;
using DynamoActors.Node.Requests;
using DynamoActors.Server.Repair;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Server.Tests;

public sealed class StoreScrubTests : IDisposable
{
    private const long AsFastAsItCan = 1L << 40;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly MemoryFileSystem _disk = new();
    private readonly LsmEngine _engine;
    private readonly ConcurrentQueue<string> _damaged = [];
    private readonly StoreScrub _scrub;
    private readonly int _tables;

    public StoreScrubTests()
    {
        _engine = LsmEngine.Open(new StorageOptions("/store", _disk, new InlineBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { MemtableBytes = 4096, Level0CompactionTables = 100, Level0StopTables = 200 },
            DamageFound = _damaged.Enqueue,
        });
        for (var key = 0; key < 500; key++)
            _engine.Append(new WriteBatch().Put(Encoding.UTF8.GetBytes($"key{key:D4}"), new byte[100]));
        _tables = Tables.Length;
        _scrub = new StoreScrub(() => [.. _damaged.Distinct()], _damaged.Enqueue);
    }

    private string[] Tables => [.. _disk.List("/store").Where(name => name.EndsWith(".table", StringComparison.Ordinal))];

    public void Dispose()
    {
        _scrub.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void Paused_it_goes_on_at_the_table_where_it_was()
    {
        _scrub.State.Step.ShouldBe(ScrubStep.Idle);
        _scrub.Begin(_engine, bytesPerSecond: 1);
        SpinWait.SpinUntil(() => _scrub.State.BytesRead > 0, _patience).ShouldBeTrue();
        _scrub.State.Step.ShouldBe(ScrubStep.Reading);
        _scrub.State.TablesRead.ShouldBe(0);
        _scrub.Pause();
        var paused = _scrub.State;
        (paused.Step, paused.Tables).ShouldBe((ScrubStep.Paused, _tables));

        _scrub.Begin(_engine, AsFastAsItCan);
        Ends();
        _scrub.State.TablesRead.ShouldBe(_tables);
        _scrub.State.Damaged.ShouldBeEmpty();
        _scrub.State.Began.ShouldBe(paused.Began);
        _scrub.Begin(_engine, AsFastAsItCan);
        Ends();
        _scrub.State.TablesRead.ShouldBe(_tables, "it has begun anew");
    }

    [Fact]
    public void Damage_is_told_and_does_not_end_it()
    {
        var table = $"/store/{Tables[1]}";
        _disk.FlipBit(table, 800);
        _scrub.Begin(_engine, AsFastAsItCan);
        Ends();
        _scrub.State.Damaged.ShouldBe([table]);
        _scrub.State.TablesRead.ShouldBe(_tables);
    }

    private void Ends() => SpinWait.SpinUntil(() => _scrub.State.Step == ScrubStep.Done, _patience).ShouldBeTrue();
}
