using DynamoActors.Core.Bytes;

namespace DynamoActors.Core.Tests.Bytes;

/// <summary>One for the process, so that what others allocate meanwhile may only add to what is counted here.</summary>
public sealed class LargeArraysTests : IDisposable
{
    private const int Large = 1 << 20;

    public void Dispose()
    {
        LargeArrays.Bound(long.MaxValue, long.MaxValue, static () => { });
        LargeArrays.Quiet();
    }

    [Fact]
    public void Large_arrays_are_counted_and_small_ones_are_not()
    {
        var before = LargeArrays.HandedOut;
        LargeArrays.Allocate(Large).Length.ShouldBe(Large);
        (LargeArrays.HandedOut - before).ShouldBeGreaterThanOrEqualTo(Large);
        before = LargeArrays.HandedOut;
        for (var i = 0; i < 1000; i++)
            LargeArrays.Allocate(LargeArrays.LargeFrom - 1).Length.ShouldBe(LargeArrays.LargeFrom - 1);
        (LargeArrays.HandedOut - before).ShouldBeLessThan(1000 * (LargeArrays.LargeFrom - 1L));
    }

    [Fact]
    public void The_first_large_array_after_a_quiet_time_is_told_of_once()
    {
        var told = 0;
        LargeArrays.Bound(long.MaxValue, long.MaxValue, () => Interlocked.Increment(ref told));
        LargeArrays.Quiet();
        LargeArrays.Allocate(LargeArrays.LargeFrom - 1);
        told.ShouldBe(0);
        LargeArrays.Allocate(Large);
        LargeArrays.Allocate(Large);
        told.ShouldBe(1);
        LargeArrays.Quiet();
        LargeArrays.Allocate(Large);
        told.ShouldBe(2);
    }

    [Fact]
    public void What_nobody_uses_any_more_is_looked_for_once_so_much_was_handed_out()
    {
        // Arrays so small that the runtime would not look for them by itself so often.
        LargeArrays.Bound(long.MaxValue, Large, static () => { });
        var before = GC.CollectionCount(GC.MaxGeneration);
        for (var i = 0; i < 16 * Large / LargeArrays.LargeFrom; i++)
            LargeArrays.Allocate(LargeArrays.LargeFrom);
        (GC.CollectionCount(GC.MaxGeneration) - before).ShouldBeGreaterThanOrEqualTo(12);
    }

    [Fact]
    public void Where_the_heap_holds_what_it_may_there_is_no_room_and_small_arrays_are_given_all_the_same()
    {
        LargeArrays.HasRoomFor(Large).ShouldBeTrue();
        LargeArrays.Bound(heapMost: 1, unusedMost: long.MaxValue, static () => { });
        LargeArrays.HasRoomFor(Large).ShouldBeFalse();
        LargeArrays.TryAllocate(Large).ShouldBeNull();
        LargeArrays.TryAllocate(100).ShouldNotBeNull().Length.ShouldBe(100);
        LargeArrays.Bound(GC.GetTotalMemory(forceFullCollection: false) + (1L << 30), long.MaxValue, static () => { });
        LargeArrays.TryAllocate(Large).ShouldNotBeNull().Length.ShouldBe(Large);
    }
}
