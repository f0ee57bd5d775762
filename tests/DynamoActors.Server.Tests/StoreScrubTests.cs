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
        _scrub = NewScrub();
    }

    private StoreScrub NewScrub() =>
        new(() => [.. _damaged.Distinct()], _damaged.Enqueue, new ScrubFile(_disk, "/", "/store"));

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

    [Fact]
    public void In_the_nodes_next_life_it_goes_on_where_it_was_and_knows_the_damage_that_it_had_found()
    {
        var (first, second) = ($"/store/{Tables[0]}", $"/store/{Tables[1]}");
        _disk.FlipBit(first, 800);
        _disk.Before = operation =>
        {
            if (operation.Kind == DiskOperationKind.Read && operation.Path == second) throw new IOException("The disk is gone.");
        };
        _scrub.Begin(_engine, AsFastAsItCan);
        SpinWait.SpinUntil(() => _scrub.State.Step == ScrubStep.Paused, _patience).ShouldBeTrue();
        var paused = _scrub.State;
        paused.TablesRead.ShouldBe(1);
        _disk.Before = null;
        _damaged.Clear();

        using (var next = NewScrub())
        {
            (next.State.Step, next.State.TablesRead, next.State.Tables).ShouldBe((ScrubStep.Paused, 1, _tables));
            next.State.Damaged.ShouldBe([first]);
            next.State.Began!.Value.ToUnixTimeMilliseconds().ShouldBe(paused.Began!.Value.ToUnixTimeMilliseconds());
            next.Begin(_engine, AsFastAsItCan);
            SpinWait.SpinUntil(() => next.State.Step == ScrubStep.Done, _patience).ShouldBeTrue();
            next.State.TablesRead.ShouldBe(_tables);
        }

        using var last = NewScrub();
        last.State.Step.ShouldBe(ScrubStep.Idle, "that one was over");
    }

    [Fact]
    public void A_position_that_cannot_be_read_is_none()
    {
        foreach (var text in (string[])["", "1\n2", "9\n1\n1\n1\n1\n1", "1\n1\n1\n1\n1\n9223372036854775807"])
        {
            _disk.Delete("/scrub");
            using (var file = _disk.Open("/scrub", FileOpening.CreateNew)) file.Write(0, Encoding.UTF8.GetBytes(text));
            using var scrub = NewScrub();
            scrub.State.Step.ShouldBe(ScrubStep.Idle, text);
        }
    }

    private void Ends() => SpinWait.SpinUntil(() => _scrub.State.Step == ScrubStep.Done, _patience).ShouldBeTrue();
}
