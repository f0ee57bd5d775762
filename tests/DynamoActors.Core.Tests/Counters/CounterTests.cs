using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Counters;

public sealed class CounterTests
{
    private static readonly UInt128 _name = 17;
    private static readonly long _longAgo = -2 * (long)Counter.RememberedFor.TotalMilliseconds;

    [Fact]
    public void Two_sides_of_a_partition_add_and_nothing_is_lost()
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(5).ShouldBe(CounterRefusal.None);
        right.Meet(left);
        left.Add(2);
        left.Add(-1);
        right.Add(100);
        left.Value.ShouldBe(6);
        right.Value.ShouldBe(105);
        left.Meet(right);
        right.Meet(left);
        (left.Value, right.Value).ShouldBe((106, 106));
        left.Object.ShouldBe(right.Object);
        left.Object!.Siblings.Length.ShouldBe(2, "one share of each writer");
    }

    [Fact]
    public void An_addition_of_a_name_that_is_known_counts_once()
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(5, _name);
        left.Add(5, _name);
        left.Value.ShouldBe(5);
        right.Meet(left);
        right.Add(5, _name);
        right.Value.ShouldBe(5);
        right.Add(6, _name).ShouldBe(CounterRefusal.OtherAmount);
        right.Value.ShouldBe(5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_addition_of_one_name_on_both_sides_counts_once_when_they_meet_and_ever_after(bool lesserFirst)
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(5, _name);
        right.Add(5, _name);
        var (one, other) = lesserFirst ? (left, right) : (right, left);
        one.Meet(other);
        one.Value.ShouldBe(5);
        // Each forgets the name in its time, one after the other and knowing of it or not.
        for (var round = 0; round < 3; round++)
        {
            one.Now -= _longAgo;
            other.Now -= _longAgo;
            one.Add(1);
            other.Meet(one);
            other.Value.ShouldBe(6 + (2 * round));
            other.Add(1);
            one.Meet(other);
            one.Value.ShouldBe(7 + (2 * round));
        }
        Shares(one).ShouldAllBe(share => share.Named.IsEmpty);
    }

    [Fact]
    public void A_name_is_forgotten_when_it_is_old_and_never_while_another_share_has_it()
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(5, _name);
        right.Add(5, _name);
        left.Meet(right);
        left.Now -= _longAgo;
        left.Add(1);
        Shares(left)[0].Named.Length.ShouldBe(1, "the other still takes it for its own");
        right.Meet(left);
        right.Add(1);
        left.Meet(right);
        left.Add(1);
        left.Value.ShouldBe(8);
        Shares(left).ShouldAllBe(share => share.Named.IsEmpty);
        left.Add(5, _name);
        left.Value.ShouldBe(13);
    }

    [Fact]
    public void However_long_the_owners_are_apart_a_name_that_both_sides_count_counts_once()
    {
        var (left, right) = (new Replica(1) { Agreed = 0 }, new Replica(2) { Agreed = 0 });
        left.Add(5, _name);
        left.Now = right.Now = -10 * _longAgo;
        left.Add(1);
        right.Add(5, _name);
        left.Meet(right);
        right.Meet(left);
        (left.Value, right.Value).ShouldBe((6, 6));
        // They have agreed after both had counted it.
        left.Agreed = right.Agreed = left.Now = right.Now = -20 * _longAgo;
        for (var round = 0; round < 2; round++)
        {
            right.Add(1);
            left.Meet(right);
            left.Add(1);
            right.Meet(left);
        }

        left.Value.ShouldBe(10);
        Shares(left).ShouldAllBe(share => share.Named.IsEmpty);
    }

    [Fact]
    public void While_the_owners_are_apart_names_whose_time_is_over_go_only_for_want_of_room()
    {
        var replica = new Replica(1) { Agreed = 0 };
        for (var name = 1; name <= Counter.NamedMax; name++) replica.Add(1, (UInt128)name);
        replica.Add(1, 0).ShouldBe(CounterRefusal.TooManyNames);
        replica.Now -= _longAgo;
        replica.Add(1);
        Shares(replica)[0].Named.Length.ShouldBe(Counter.NamedMax);
        replica.Add(1, 0).ShouldBe(CounterRefusal.None);
        Shares(replica)[0].Named.Select(named => named.Key).ShouldBe(
            [.. Enumerable.Range(2, Counter.NamedMax - 1).Select(name => (UInt128)name), 0]);
    }

    [Fact]
    public void So_many_names_are_remembered_and_another_is_refused_until_they_are_old()
    {
        var replica = new Replica(1);
        for (var name = 1; name <= Counter.NamedMax; name++) replica.Add(1, (UInt128)name).ShouldBe(CounterRefusal.None);
        replica.Add(1, (UInt128)(Counter.NamedMax + 1)).ShouldBe(CounterRefusal.TooManyNames);
        replica.Add(1).ShouldBe(CounterRefusal.None);
        replica.Add(1, 1).ShouldBe(CounterRefusal.None);
        replica.Value.ShouldBe(Counter.NamedMax + 1);
        replica.Now -= _longAgo;
        replica.Add(1, (UInt128)(Counter.NamedMax + 1)).ShouldBe(CounterRefusal.None);
    }

    [Fact]
    public void A_sum_beyond_64_bits_is_refused_and_what_two_sides_made_of_it_is_told()
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(long.MaxValue).ShouldBe(CounterRefusal.None);
        left.Add(1).ShouldBe(CounterRefusal.Overflow);
        left.Add(-1).ShouldBe(CounterRefusal.None);
        right.Add(long.MaxValue);
        left.Meet(right);
        left.Value.ShouldBe(((Int128)long.MaxValue * 2) - 1);
        left.Add(0).ShouldBe(CounterRefusal.Overflow);
        left.Add(long.MinValue).ShouldBe(CounterRefusal.None);
    }

    [Fact]
    public void A_deletion_takes_what_it_saw()
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(5);
        right.Meet(left);
        right.Add(3);
        right.Delete();
        right.IsThere.ShouldBeFalse();
        left.Meet(right);
        left.IsThere.ShouldBeFalse();
        left.Add(2);
        left.Value.ShouldBe(2);
    }

    [Fact]
    public void A_deletion_that_did_not_see_an_addition_leaves_all_that_its_writer_added()
    {
        var (left, right) = (new Replica(1), new Replica(2));
        left.Add(5);
        right.Add(7);
        right.Meet(left);
        left.Add(1);
        right.Delete();
        left.Meet(right);
        left.Value.ShouldBe(6);
    }

    [Fact]
    public void What_is_no_counter_is_neither_added_to_nor_shown_as_a_number()
    {
        var replica = new Replica(1);
        replica.Put("5"u8.ToArray());
        replica.IsThere.ShouldBeFalse();
        replica.Add(1).ShouldBe(CounterRefusal.NoCounter);
        Counter.TryText(replica.Object!, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_share_comes_back_as_it_was_written_and_other_bytes_are_none()
    {
        var share = new CounterShare(Int128.MinValue, [new(UInt128.MaxValue, long.MinValue, 3), new(1, 2, 4)]);
        var bytes = share.Encode();
        CounterShare.Decode(bytes).ShouldBe(share);
        for (var length = 0; length < bytes.Length; length++)
            if (CounterShare.Decode(bytes.AsSpan(0, length)) is { } shorter) shorter.Named.Length.ShouldBeLessThan(share.Named.Length);
        bytes[0]++;
        CounterShare.Decode(bytes).ShouldBeNull();
    }

    /// <summary>Adds, retries of named adds at any replica, and meetings, in any order: in the end each addition counts once.</summary>
    [Fact]
    public void Whatever_is_retried_wherever_and_met_in_whatever_order_counts_once() => Property.ForAllScripts(16 * 4 * 6, script =>
    {
        Replica[] replicas = [new(1), new(2), new(3), new(4)];
        Int128 sum = 0;
        HashSet<UInt128> counted = [];
        foreach (var step in script)
        {
            var (at, with) = (replicas[step % 4], replicas[step / 4 % 4]);
            at.Now += step % 7;
            switch (step / 16 % 4)
            {
                case 0:
                    at.Add(step % 9).ShouldBe(CounterRefusal.None);
                    sum += step % 9;
                    break;
                case 1 or 2:
                    var name = (UInt128)(step / 64 % 6);
                    at.Add((long)name - 2, name).ShouldBe(CounterRefusal.None);
                    if (counted.Add(name)) sum += (Int128)name - 2;
                    break;
                default:
                    at.Meet(with);
                    break;
            }
        }

        for (var round = 0; round < 2; round++)
            foreach (var one in replicas)
                foreach (var other in replicas)
                    one.Meet(other);
        foreach (var one in replicas) (one.Object is null ? 0 : one.Value).ShouldBe(sum);
    });

    private static CounterShare[] Shares(Replica replica) =>
        [.. replica.Object!.Siblings.Where(sibling => !sibling.IsTombstone).Select(sibling => CounterShare.Decode(sibling.Value.Span)!)];

    /// <summary>What one owner holds, and does as its vnode does.</summary>
    private sealed class Replica(ulong writer)
    {
        private ulong _counter;

        public VersionedObject? Object { get; private set; }

        public long Now { get; set; }

        /// <summary>Until when it knows what the others have counted.</summary>
        public long Agreed { get; set; } = long.MaxValue;

        public bool IsThere => Object is not null && Counter.TryValue(Object, out _);

        public Int128 Value => Counter.TryValue(Object!, out var value) ? value : throw new InvalidOperationException("no counter");

        public CounterRefusal Add(long by, UInt128? name = null)
        {
            if (Counter.Added(Object, writer, new CounterAdd(by, name), Now, Agreed, out var refusal) is not { } share) return refusal;
            Write(Counter.SupersededBy(Object, writer), share.Encode(), Counter.ContentType);
            return CounterRefusal.None;
        }

        public void Put(byte[] value) => Write(Object?.Context ?? VersionVector.Empty, value, null);

        public void Delete() => Object = VersionedObject.Write(
            Object, Object!.Context, Sibling.Tombstone(new Dot(writer, ++_counter), new HybridTime(1)));

        public void Meet(Replica other) => Object = VersionedObject.Merge(Object, other.Object);

        private void Write(VersionVector superseded, byte[] value, string? type) => Object = VersionedObject.Write(
            Object, superseded, new Sibling(new Dot(writer, ++_counter), new HybridTime(1), type, null, false, value));
    }
}
