using DynamoActors.Client.AspNetCore;
using Microsoft.Extensions.Caching.Distributed;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>When a cached value ends, and what of it is stored.</summary>
public sealed class CacheEntryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ReadOnlyMemory<byte> Value = "value"u8.ToArray();

    [Fact]
    public void An_entry_without_expiration_stays()
    {
        var entry = CacheEntry.Of(Value, new(), Now);
        entry.TimeToLive.ShouldBeNull();
        (entry.HasEnded(Now.AddYears(100)), entry.NeedsTouch(Now.AddYears(100))).ShouldBe((false, false));
    }

    [Fact]
    public void What_is_to_stay_longer_than_the_store_takes_stays()
    {
        DistributedCacheEntryOptions[] forEver =
        [
            new() { AbsoluteExpiration = DateTimeOffset.MaxValue }, new() { AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.MaxValue }, new() { AbsoluteExpiration = Now.AddYears(101) },
        ];
        foreach (var options in forEver)
        {
            var entry = CacheEntry.Of(Value, options, Now);
            entry.TimeToLive.ShouldBeNull();
            entry.HasEnded(Now.AddYears(100)).ShouldBeFalse();
        }

        var ended = CacheEntry.Of(Value, new() { AbsoluteExpiration = Now.AddYears(101) }, Now);
        ended.HasEnded(Now.AddYears(101)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_that_is_no_Unicode_is_not_anothers()
    {
        var nodes = new ScriptedNodes();
        using var client = nodes.Client();
        var cache = new DynamoCache(client.Bucket("cache"), TimeProvider.System);
        await Should.ThrowAsync<ArgumentException>(() => cache.GetAsync("\ud800"));
        await Should.ThrowAsync<ArgumentException>(() => cache.SetAsync("\ud801", [1], new()));
        nodes.Asked.ShouldBeEmpty();
    }

    [Fact]
    public void An_absolute_end_comes_whatever_is_read()
    {
        var options = new DistributedCacheEntryOptions
        {
            AbsoluteExpiration = Now.AddSeconds(60),
            SlidingExpiration = TimeSpan.FromSeconds(100),
        };
        var entry = CacheEntry.Of(Value, options, Now);
        entry.TimeToLive.ShouldBe(TimeSpan.FromSeconds(60));
        entry.Touched(Now.AddSeconds(50)).TimeToLive.ShouldBe(TimeSpan.FromSeconds(10));
        entry.HasEnded(Now.AddSeconds(59.999)).ShouldBeFalse();
        entry.Touched(Now.AddSeconds(59)).HasEnded(Now.AddSeconds(60)).ShouldBeTrue();
    }

    [Fact]
    public void A_sliding_end_is_never_early_and_a_tenth_late_at_most()
    {
        var window = TimeSpan.FromSeconds(100);
        var entry = CacheEntry.Of(Value, new() { SlidingExpiration = window }, Now);
        // The latest read that is not noted.
        var read = Now.AddSeconds(9.999);
        entry.NeedsTouch(read).ShouldBeFalse();
        entry.HasEnded(read + window - TimeSpan.FromMilliseconds(1)).ShouldBeFalse();
        entry.NeedsTouch(Now.AddSeconds(10)).ShouldBeTrue();
        entry.HasEnded(Now.AddSeconds(110)).ShouldBeTrue();
        entry.TimeToLive.ShouldBe(TimeSpan.FromSeconds(110));
        entry.Touched(Now.AddSeconds(10)).HasEnded(Now.AddSeconds(119)).ShouldBeFalse();
    }

    [Fact]
    public void What_is_stored_is_read_and_other_bytes_are_no_entry()
    {
        var second = TimeSpan.FromSeconds(1);
        var entry = CacheEntry.Of(Value, new() { AbsoluteExpirationRelativeToNow = second, SlidingExpiration = 2 * second }, Now);
        var read = CacheEntry.Read(entry.ToBytes()).ShouldNotBeNull();
        (read with { Value = Value }).ShouldBe(entry);
        read.Value.ToArray().ShouldBe(Value.ToArray());
        CacheEntry.Read(entry.ToBytes()[..32]).ShouldBeNull();
        CacheEntry.Read(new byte[40]).ShouldBeNull();
        CacheEntry.Read(default).ShouldBeNull();
    }

    [Fact]
    public void Of_several_the_one_set_last_counts_though_another_was_touched_later()
    {
        var older = CacheEntry.Of(Value, new(), Now).Touched(Now.AddSeconds(9));
        var newer = CacheEntry.Of(Value, new(), Now.AddSeconds(1));
        CacheEntry.Newest([older, newer]).ShouldBe(newer);
        CacheEntry.Newest([newer, older]).ShouldBe(newer);
    }

    [Fact]
    public void What_would_have_ended_already_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => CacheEntry.Of(Value, new() { AbsoluteExpiration = Now }, Now));
}
