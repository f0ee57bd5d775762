using System.Collections.Immutable;
using Akka.Cluster;
using FsCheck;
using FsCheck.Fluent;
using static Akka.Cluster.VectorClock;
using static Akka.Tests.Clustering.ClusterGenerators;

namespace Akka.Tests.Clustering;

public class VectorClockLaws
{
    private static readonly Node _a = VectorClock.Node.Create("a");

    private static readonly Arbitrary<VectorClock[]> _clocks = Gen.Choose(0, 3).ArrayOf(4).Select(Clock).ArrayOf(3).ToArbitrary();

    [Fact]
    public void A_change_is_after_what_was_changed() => Check(Prop.ForAll(_clocks, c => c[0].Increment(_a).IsAfter(c[0]) && c[0].IsBefore(c[0].Increment(_a))));

    [Fact]
    public void Merge_is_the_least_upper_bound() => Check(Prop.ForAll(_clocks, c =>
        NotBefore(c[0].Merge(c[1]), c[0]) && NotBefore(c[0].Merge(c[1]), c[1])
        && (!(NotBefore(c[2], c[0]) && NotBefore(c[2], c[1])) || NotBefore(c[2], c[0].Merge(c[1])))));

    [Fact]
    public void Before_is_the_mirror_of_after() => Check(Prop.ForAll(_clocks, c =>
        c[0].IsBefore(c[1]) == c[1].IsAfter(c[0]) && c[0].IsConcurrentWith(c[1]) == c[1].IsConcurrentWith(c[0])));

    [Fact]
    public void Exactly_one_ordering_holds() => Check(Prop.ForAll(_clocks, c =>
        new[] { c[0].IsBefore(c[1]), c[0].IsAfter(c[1]), c[0].IsSameAs(c[1]), c[0].IsConcurrentWith(c[1]) }.Count(holds => holds) == 1));

    [Fact]
    public void Changes_of_two_nodes_are_concurrent()
    {
        var left = VectorClock.Create().Increment(_a);
        var right = VectorClock.Create().Increment(VectorClock.Node.Create("b"));

        left.IsConcurrentWith(right).ShouldBeTrue();
        left.Merge(right).IsAfter(left).ShouldBeTrue();
    }

    private static bool NotBefore(VectorClock a, VectorClock b) => a.CompareTo(b) is Ordering.After or Ordering.Same;

    private static VectorClock Clock(int[] counts) => VectorClock.Create(Enumerable.Range(0, counts.Length)
        .Where(i => counts[i] > 0)
        .ToImmutableSortedDictionary(i => VectorClock.Node.Create(((char)('a' + i)).ToString()), i => (long)counts[i]));
}
