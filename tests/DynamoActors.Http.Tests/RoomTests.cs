using DynamoActors.Http.Serving;

namespace DynamoActors.Http.Tests;

public sealed class RoomTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void It_gives_what_it_has_and_anything_to_who_is_alone()
    {
        var room = new Room(10, TimeProvider.System);
        (room.TryTake(6), room.TryTake(5), room.TryTake(4), room.Taken).ShouldBe((true, false, true, 10));
        room.Return(10);
        (room.TryTake(11), room.TryTake(1)).ShouldBe((true, false));
    }

    [Fact]
    public async Task Who_waits_is_served_in_turn_and_before_who_comes_later()
    {
        var room = new Room(10, TimeProvider.System);
        room.TryTake(8).ShouldBeTrue();
        var large = room.TakeAsync(9, Long);
        var small = room.TakeAsync(1, Long);
        room.TryTake(1).ShouldBeFalse("others wait already");
        room.Return(8);
        (await large, await small).ShouldBe((true, true));
        room.Taken.ShouldBe(10);
    }

    [Fact]
    public async Task Who_waited_long_enough_goes_and_makes_way_for_those_behind()
    {
        var room = new Room(10, TimeProvider.System);
        room.TryTake(8).ShouldBeTrue();
        var large = room.TakeAsync(9, TimeSpan.FromMilliseconds(20));
        var small = room.TakeAsync(1, Long);
        (await large, await small).ShouldBe((false, true));
        room.Taken.ShouldBe(9);
    }

    [Fact]
    public async Task It_may_become_larger_while_somebody_waits()
    {
        var room = new Room(10, TimeProvider.System);
        room.TryTake(10).ShouldBeTrue();
        var waits = room.TakeAsync(5, Long);
        room.Most = 15;
        (await waits).ShouldBeTrue();
    }
}
