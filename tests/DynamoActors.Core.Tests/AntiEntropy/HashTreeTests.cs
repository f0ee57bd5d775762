using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.AntiEntropy;

public class HashTreeTests
{
    [Fact]
    public void A_tree_updated_by_writes_equals_one_rebuilt_from_what_they_left() => Property.ForAllScripts(1 << 20, script =>
    {
        var held = new Dictionary<int, ulong>();
        var updated = new HashTree(4, 8);
        foreach (var step in script)
        {
            var (key, version) = (step % 30, (ulong)(step / 30 % 5));
            updated.Update(Hash(key), held.GetValueOrDefault(key), version);
            held[key] = version;
        }
        ShouldBeEqual(updated, Rebuilt(held));
    });

    [Fact]
    public void The_order_of_writes_leaves_no_trace() => Property.ForAllScripts(1 << 20, script =>
    {
        var held = script.Select((version, key) => (key, (ulong)version + 1)).ToDictionary();
        ShouldBeEqual(Rebuilt(held), Rebuilt(held.Reverse().ToDictionary()));
    });

    [Fact]
    public void Roots_are_equal_exactly_where_the_contents_are() => Property.ForAllScripts(6, script =>
    {
        var half = script.Length / 2;
        var left = script[..half].Select((version, key) => (key, (ulong)version)).ToDictionary();
        var right = script[half..].Select((version, key) => (key, (ulong)version)).ToDictionary();
        var areSame = Enumerable.Range(0, script.Length).All(key => left.GetValueOrDefault(key) == right.GetValueOrDefault(key));
        (Rebuilt(left).Root == Rebuilt(right).Root).ShouldBe(areSame);
    });

    [Fact]
    public void Two_keys_that_exchange_their_versions_are_seen() =>
        Rebuilt(new() { [1] = 10, [2] = 20 }).Root.ShouldNotBe(Rebuilt(new() { [1] = 20, [2] = 10 }).Root);

    [Fact]
    public void Differences_are_found_in_the_leaf_of_their_key_and_nowhere_else()
    {
        var held = Enumerable.Range(0, 500).ToDictionary(key => key, _ => 1UL);
        var (mine, theirs) = (Rebuilt(held, 32, 32), Rebuilt(held, 32, 32));
        theirs.Update(Hash(77), 1, 2);
        theirs.Update(Hash(9999), VersionHash.Absent, 1);

        int[] expected = [.. new[] { mine.LeafOf(Hash(77)), mine.LeafOf(Hash(9999)) }.Order()];
        int[] branches = [.. Enumerable.Range(0, 32).Where(branch => mine.Branches[branch] != theirs.Branches[branch])];
        branches.ShouldBe(expected.Select(leaf => leaf / 32).Distinct());
        branches.SelectMany(branch => Enumerable.Range(0, 32).Where(leaf => mine.Leaves(branch)[leaf] != theirs.Leaves(branch)[leaf])
            .Select(leaf => branch * 32 + leaf)).ShouldBe(expected);
    }

    [Fact]
    public void Keys_of_a_partition_spread_over_all_leaves()
    {
        var tree = new HashTree();
        var counts = new int[tree.LeafCount];
        for (var index = 0; index < 200_000; index++)
            if (KeyHash.Of("b", BitConverter.GetBytes(index)) is var hash && hash.Partition(4) == 2)
                counts[tree.LeafOf(hash.Lower)]++;
        counts.Length.ShouldBe(1024);
        counts.ShouldAllBe(count => count > 15 && count < 100);
    }

    private static ulong Hash(int key) => KeyHash.Of("b", BitConverter.GetBytes(key)).Lower;

    private static HashTree Rebuilt(Dictionary<int, ulong> held, int branches = 4, int leaves = 8)
    {
        var tree = new HashTree(branches, leaves);
        foreach (var (key, version) in held)
            tree.Update(Hash(key), VersionHash.Absent, version);
        return tree;
    }

    private static void ShouldBeEqual(HashTree left, HashTree right)
    {
        left.Root.ShouldBe(right.Root);
        left.Branches.ToArray().ShouldBe(right.Branches.ToArray());
        for (var branch = 0; branch < left.Branches.Length; branch++)
            left.Leaves(branch).ToArray().ShouldBe(right.Leaves(branch).ToArray());
    }
}
