using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;

namespace DynamoActors.Node.Tests.AntiEntropy;

public class PartitionTreeTests
{
    private const int Partition = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_tree_that_followed_writes_is_the_tree_that_a_scan_builds(int seed)
    {
        var random = new Random(seed);
        using var engine = InMemory.Engine();
        var held = new Dictionary<int, VersionedObject>();
        var tree = new PartitionTree(Partition);
        ulong counter = 0;
        for (int step = 0; step < 6000; step++)
        {
            // The build begins somewhere in the middle and goes on between the writes.
            if (step == 2000) tree.Begin();
            if (tree.IsBegun && !tree.IsComplete && random.Next(100) == 0) tree.BuildPage(engine);
            int name = random.Next(3000);
            var key = StoreKey.Object(Partition, "b", BitConverter.GetBytes(name));
            var old = held.GetValueOrDefault(name);
            if (random.Next(5) == 0)
            {
                engine.Append(new WriteBatch().Delete(key));
                held.Remove(name);
                tree.Update(key, old, null);
                continue;
            }
            var added = random.Next(3) == 0
                ? Sibling.Tombstone(new Dot(1, ++counter), default)
                : new Sibling(new Dot(1, ++counter), default, null, random.Next(2) == 0 ? 1 : null, false, new byte[3]);
            var written = held[name] = VersionedObject.Write(old, old?.Context ?? VersionVector.Empty, added);
            engine.Append(new WriteBatch().Put(key, VersionedObjectCodec.Encode(written)));
            tree.Update(key, old, written);
        }
        while (!tree.IsComplete) tree.BuildPage(engine);

        var rebuilt = new PartitionTree(Partition);
        rebuilt.Begin();
        while (!rebuilt.IsComplete) rebuilt.BuildPage(engine);
        tree.Tree.Root.ShouldBe(rebuilt.Tree.Root);
        tree.Tree.Branches.ToArray().ShouldBe(rebuilt.Tree.Branches.ToArray());
        tree.Deletable.ShouldBe(rebuilt.Deletable);
        tree.Keys.ShouldBe(held.Count);
        tree.Deletable.ShouldBe(held.Values.Count(value => value.Siblings.All(
            sibling => sibling.IsTombstone || sibling.ExpiresAtUnixMilliseconds is not null)));
    }
}
