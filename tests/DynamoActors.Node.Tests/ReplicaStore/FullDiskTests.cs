using Akka.Actor;
using Akka.TestKit.Xunit2;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tests.Coordination;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.ReplicaStore;

/// <summary>A disk that has no space refuses writes, and nothing more; when it has space again, all goes on by itself.</summary>
public sealed class FullDiskTests : TestKit
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly FaultyEngine _engine =
        new(InMemory.Engine());

    private TimeSpan _elapsed = TimeSpan.FromMinutes(1);

    private static WriteBatch Batch => new WriteBatch().Put("key"u8.ToArray(), "value"u8.ToArray());

    [Fact]
    public void The_next_lease_of_dots_is_asked_for_until_there_is_space()
    {
        var (local, store) = Start();
        ulong leased = local.Dots.LeasedUpTo;
        _engine.DiskFull = true;
        store.Tell(ExtendCounterLease.Instance);
        FlushIsRefused(store);
        local.Dots.LeasedUpTo.ShouldBe(leased);
        _engine.DiskFull = false;
        AwaitAssert(() => local.Dots.LeasedUpTo.ShouldBe(leased + CounterBlocks.Size), _patience);
    }

    [Fact]
    public void Writes_are_durable_again_however_long_it_was_full()
    {
        var (_, store) = Start();
        _engine.DiskFull = true;
        FlushIsRefused(store);
        // Beyond the time after which the node has a record of its own to append before every flush.
        _elapsed = TimeSpan.FromMinutes(5);
        FlushIsRefused(store);
        _engine.DiskFull = false;
        AwaitAssert(() => _engine.Append(Batch), _patience);
        store.Tell(new ReplyWhenDurable(_engine.Append(Batch), TestActor, new ReplicaWritten(8, 0, null)));
        ExpectMsg<ReplicaWritten>(_patience);
    }

    private void FlushIsRefused(IActorRef store)
    {
        store.Tell(new ReplyWhenDurable(1, TestActor, new ReplicaWritten(7, 0, null)));
        ExpectMsg<ReplicaRefused>(_patience).Reason.ShouldBe(RefusalReason.NotDurable);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _engine.Dispose();
    }

    private (LocalStore Local, IActorRef Store) Start()
    {
        var local = new LocalStore(_engine, "node", () => 7);
        var clock = new NodeClock(() => 5_000_000, () => _elapsed);
        return (local, Sys.ActorOf(Props.Create(typeof(GroupCommitActor), local, clock, new LargePace(1))));
    }
}
