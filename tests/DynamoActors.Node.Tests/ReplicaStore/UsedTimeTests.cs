using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Tests.Coordination;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.ReplicaStore;

public sealed class UsedTimeTests : IDisposable
{
    private readonly FaultyEngine _engine =
        new(InMemory.Engine());

    private readonly NodeClock _clock;
    private TimeSpan _elapsed = TimeSpan.FromMinutes(1);
    private long _wall = 5_000_000;

    public UsedTimeTests() => _clock = new NodeClock(() => _wall, () => _elapsed);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_new_directory_knows_of_none()
    {
        new UsedTime(_engine).Latest.ShouldBe(0);
    }

    [Fact]
    public void The_next_life_learns_how_far_this_one_came_even_where_the_wall_clock_was_put_back()
    {
        var used = new UsedTime(_engine);
        Pass(1500);
        used.Append(_clock);
        _wall -= 3_600_000;
        Pass(2000);
        used.Append(_clock);
        used.Latest.ShouldBe(0, "of earlier lives");
        new UsedTime(_engine).Latest.ShouldBe(5_003_500);
    }

    [Fact]
    public void It_is_written_once_a_second_however_often_writes_are_made_durable()
    {
        var used = new UsedTime(_engine);
        for (int flush = 0; flush < 100; flush++)
        {
            used.Append(_clock);
            Pass(30);
        }
        _engine.Appends.ShouldBe(3);
        new UsedTime(_engine).Latest.ShouldBeInRange(5_000_000 + 100 * 30 - 1030, 5_000_000 + 100 * 30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_store_that_is_behind_or_full_gets_it_with_a_later_flush(bool isFull)
    {
        var used = new UsedTime(_engine);
        _engine.AppendFault = isFull ? new StorageFullException("full") : new StorageOverloadedException("behind");
        used.Append(_clock);
        new UsedTime(_engine).Latest.ShouldBe(0);
        _engine.AppendFault = null;
        Pass(10);
        used.Append(_clock);
        new UsedTime(_engine).Latest.ShouldBe(5_000_010);
    }

    private void Pass(int milliseconds)
    {
        _elapsed += TimeSpan.FromMilliseconds(milliseconds);
        _wall += milliseconds;
    }
}
