using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tests.Coordination;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Node.Tests.ReplicaStore;

/// <summary>Large values are written a piece at a time, and between two of them the disk is the log's.</summary>
public sealed class LargeWritesTests : TestKit
{
    private const int MiB = 1 << 20;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly MemoryFileSystem _disk = new();
    private readonly LargePace _pace = new(least: 10 * MiB);
    private readonly IActorRef _large;
    private readonly LsmEngine _engine;

    public LargeWritesTests()
        : base(ManualScheduler.Hocon)
    {
        _engine = LsmEngine.Open(new StorageOptions("/data", _disk, new InlineBackgroundWork(), TimeProvider.System));
        IgnoreMessages(message => message is SmallWriteProbe.Probe);
        // Small writes suffer for as long as the scheduler's clock stands still.
        _pace.Written(0, Elapsed);
        _pace.Flushed(TimeSpan.FromSeconds(1), Elapsed, ofSmall: true);
        for (var i = 0; i < 200; i++) _pace.Written(0, Elapsed);
        _large = Sys.ActorOf(Props.Create(typeof(LargeWritesActor), _engine, TestActor, _pace));
    }

    private TimeSpan Elapsed => Sys.Scheduler.HighResMonotonicClock;

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    private long ValueBytes => _disk.List("/data").Where(name => name.EndsWith(".values", StringComparison.Ordinal)).Sum(name =>
    {
        using var file = _disk.Open($"/data/{name}", FileOpening.Read);
        return file.Length;
    });

    [Fact]
    public void Between_two_pieces_is_the_pause_that_the_pace_asks_for()
    {
        var first = Put("a", 3 * MiB);
        var second = Put("b", MiB);
        _large.Tell(first);
        _large.Tell(second);
        for (var piece = 1; piece <= 3; piece++)
        {
            Written(piece * MiB);
            ValueBytes.ShouldBeLessThan(piece * MiB + 100);
            Time.Advance(TimeSpan.FromMilliseconds(250));
        }

        ExpectMsg(first with { IsLarge = true }, _patience);
        Written(4 * MiB);
        Time.Advance(TimeSpan.FromMilliseconds(250));
        ExpectMsg(second with { IsLarge = true }, _patience);
    }

    [Fact]
    public void What_had_nothing_to_append_waits_for_what_came_before_it()
    {
        var first = Put("a", 2 * MiB);
        var same = new ReplyWhenDurable(0, TestActor, new ReplicaWritten(2, 0, null));
        _large.Tell(first);
        _large.Tell(same);
        Written(MiB);
        Time.Advance(TimeSpan.FromMilliseconds(250));
        Written(2 * MiB);
        Time.Advance(TimeSpan.FromMilliseconds(250));
        ExpectMsg(first with { IsLarge = true }, _patience);
        ExpectMsg(same with { IsLarge = true }, _patience);
    }

    [Fact]
    public void A_full_disk_is_told_of_once_until_a_whole_value_fits()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        _disk.CapacityBytes = _disk.UsedBytes + (3 * MiB / 2);
        _large.Tell(Put("a", 3 * MiB));
        var told = new List<string>();
        // A piece fits each time, and the second does not.
        for (var step = 0; step < 20; step++) told.AddRange(ToldAfter(TimeSpan.FromMilliseconds(500)));
        told.ShouldHaveSingleItem().ShouldStartWith("Large values are refused until the disk has space: No space on the disk for");

        _disk.CapacityBytes = long.MaxValue;
        told.Clear();
        for (var step = 0; step < 20; step++) told.AddRange(ToldAfter(TimeSpan.FromMilliseconds(500)));
        told.ShouldBe(["The disk has space again: large values are taken"]);
    }

    private IEnumerable<string> ToldAfter(TimeSpan time)
    {
        Time.Advance(time);
        _large.Tell(new Identify(time));
        for (var message = ReceiveOne(_patience); message is not ActorIdentity; message = ReceiveOne(_patience))
        {
            message.ShouldNotBeNull();
            if (message is Info or Error) yield return ((LogEvent)message).Message.ToString()!;
        }
    }

    /// <summary>So much is, nobody has been told of more, and the actor waits for its timer.</summary>
    private void Written(long bytes)
    {
        AwaitAssert(() => ValueBytes.ShouldBeGreaterThan(bytes), _patience);
        _large.Tell(new Identify(bytes));
        ExpectMsg<ActorIdentity>(_patience);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _engine.Dispose();
    }

    private ReplyWhenDurable Put(string key, int bytes) => new(
        _engine.AppendLarge(new WriteBatch().Put(System.Text.Encoding.ASCII.GetBytes(key), new byte[bytes])), TestActor,
        new ReplicaWritten(1, 0, null));
}
