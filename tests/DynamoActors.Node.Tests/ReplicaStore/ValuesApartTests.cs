using System.Collections.Immutable;
using Akka.Actor;
using DynamoActors.Core.AntiEntropy;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Vnodes;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;
using Xunit.Abstractions;

namespace DynamoActors.Node.Tests.ReplicaStore;

/// <summary>Whoever lists keys, builds a tree or counts hints reads keys and what is known of their versions, and no large value.</summary>
public sealed class ValuesApartTests : IDisposable
{
    private const int Partition = 3;
    private const int Keys = 300;
    private const int ValueBytes = 40_000;

    private readonly ITestOutputHelper _output;
    private readonly MemoryFileSystem _disk = new();
    private readonly LsmEngine _engine;
    private readonly long _keysAndHeaders;

    public ValuesApartTests(ITestOutputHelper output)
    {
        _output = output;
        using (var engine = Open())
        {
            for (int key = 0; key < Keys; key++)
            {
                var (name, held) = (Name(key), Versions(key));
                byte[] encoded = VersionedObjectCodec.Encode(held);
                engine.Append(new WriteBatch().Put(name, encoded).Put(StoreKey.Hint("node2", name), Hint.Encode(7, encoded)));
                engine.Flush();
                _keysAndHeaders += name.Length + VersionedObjectCodec.HeaderLength(held);
            }
            // So that the log is not what they come from.
            for (int flushed = 0; flushed < 30; flushed++)
                engine.Append(new WriteBatch().Put("m/filling"u8.ToArray(), new byte[ValueBytes]));
        }
        _engine = Open();
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_listing_of_keys_reads_at_most_twice_their_bytes() => ShouldReadLittle(_keysAndHeaders, () =>
    {
        List(null).ShouldBe(Keys);
    });

    [Fact]
    public void A_listing_of_hints_does_too() => ShouldReadLittle(_keysAndHeaders + Keys * (2 + "node2".Length), () =>
    {
        List("node2").ShouldBe(Keys);
    });

    [Fact]
    public void A_tree_is_built_of_them_alone() => ShouldReadLittle(_keysAndHeaders, () =>
    {
        var tree = new PartitionTree(Partition);
        tree.Begin();
        while (!tree.IsComplete) tree.BuildPage(_engine);
        var followed = new PartitionTree(Partition);
        followed.Begin();
        using (var empty = Open(new MemoryFileSystem()))
            followed.BuildPage(empty);
        for (int key = 0; key < Keys; key++) followed.Update(Name(key), null, Versions(key));
        tree.Tree.Root.ShouldBe(followed.Tree.Root, "what is read without values hashes as what was written");
        tree.Deletable.ShouldBe(followed.Deletable);
    });

    [Fact]
    public void Hints_are_counted_at_the_start_without_their_values() => ShouldReadLittle(
        _keysAndHeaders + Keys * (2 + "node2".Length), () =>
        {
            var (count, bytes) = new HintLedger(_engine, long.MaxValue).Of("node2");
            count.ShouldBe(Keys);
            bytes.ShouldBe(Enumerable.Range(0, Keys).Sum(key =>
                StoreKey.Hint("node2", Name(key)).Length + (long)Hint.Encode(7, VersionedObjectCodec.Encode(Versions(key))).Length));
        });

    [Fact]
    public void Each_version_is_known_with_the_checksum_of_its_value()
    {
        using var scan = _engine.Scan(StoreKey.ObjectsOf(Partition), null);
        foreach (int key in Enumerable.Range(0, Keys).OrderBy(key => Convert.ToHexString(Name(key)), StringComparer.Ordinal))
        {
            scan.MoveNext().ShouldBeTrue();
            scan.IsApart.ShouldBeTrue();
            var (found, written) = (StoredRecords.VersionsAt(scan)!, Versions(key));
            VersionHash.Of(found).ShouldBe(VersionHash.Of(written));
            found.Siblings.Select(sibling => sibling.ValueChecksum).ShouldBe(written.Siblings.Select(sibling => sibling.ValueChecksum));
            found.Siblings.ShouldAllBe(sibling => sibling.Value.IsEmpty);
        }
    }

    [Fact]
    public void A_write_that_supersedes_all_there_is_reads_none_of_the_values()
    {
        long before = _disk.BytesRead;
        for (int key = 0; key < Keys; key++)
        {
            var held = Cell.Read(_engine, Name(key), null, Superseding.ByNew(null)).Held.Object!;
            VersionHash.Of(held).ShouldBe(VersionHash.Of(Versions(key)));
        }
        (_disk.BytesRead - before).ShouldBeLessThan(Keys * ValueBytes / 2);
    }

    [Fact]
    public void Whatever_a_write_leaves_standing_is_there_with_its_value()
    {
        for (int key = 0; key < Keys; key++)
        {
            var one = VersionVector.Empty.With(new Dot(1, (ulong)key + 1));
            Cell.Read(_engine, Name(key), null, Superseding.ByNew(one)).Held.Object.ShouldBe(Versions(key));
            Cell.Read(_engine, Name(key), null).Held.Object.ShouldBe(Versions(key));
        }
    }

    [Fact]
    public void Of_what_is_merged_it_is_all_superseded_only_where_the_other_covers_it_and_holds_none_of_it()
    {
        var held = Versions(1);
        var later = VersionedObject.Write(held, held.Context, new Sibling(new Dot(3, 1), new HybridTime(1), null, null, false, Value(5)));
        Superseding.ByMerging(later, lww: false).IsAllOf(held).ShouldBeTrue();
        Superseding.ByMerging(later, lww: true).IsAllOf(held).ShouldBeTrue();
        var beside = VersionedObject.Write(null, VersionVector.Empty, later.Siblings[0]);
        Superseding.ByMerging(beside, lww: false).IsAllOf(held).ShouldBeFalse("both stand");
        Superseding.ByMerging(held, lww: false).IsAllOf(held).ShouldBeFalse("its values are the held ones");
        var older = VersionedObject.Write(held, held.Context, later.Siblings[0] with { Time = default });
        Superseding.ByMerging(older, lww: true).IsAllOf(held).ShouldBeFalse("the held one may be the latest");
        default(Superseding).IsAllOf(held).ShouldBeFalse();
    }

    [Fact]
    public void Partitions_that_lie_in_one_block_are_listed_with_one_read_of_it() => ShouldReadLittle(_keysAndHeaders, () =>
    {
        var slots = Enumerable.Range(0, 2 * Partition).Select(partition => new KeySlot(partition, null));
        List("another bucket", [.. slots, .. slots, .. slots]).ShouldBe(0);
    });

    private int List(string? heldFor) => List("b", [new KeySlot(Partition, heldFor)]);

    private int List(string bucket, ImmutableArray<KeySlot> slots)
    {
        var scan = new ReplicaScan(new ListReplicaKeys(1, bucket, default, default, Keys, slots), ActorRefs.Nobody);
        int read = 0;
        while (!scan.IsDone) read += scan.Read(_engine, 256, nowUnixMilliseconds: 0);
        return read;
    }

    private void ShouldReadLittle(long needed, Action act)
    {
        long before = _disk.BytesRead;
        act();
        _output.WriteLine($"{_disk.BytesRead - before} bytes for {needed} of keys and headers");
        (_disk.BytesRead - before).ShouldBeLessThanOrEqualTo(2 * needed);
    }

    private static byte[] Name(int key) => StoreKey.Object(Partition, "b", BitConverter.GetBytes(key * 0x01000193));

    private static VersionedObject Versions(int key)
    {
        var first = new Sibling(new Dot(1, (ulong)key + 1), default, "text/plain", key % 2 == 0 ? 5 : null, false, Value(key));
        var second = key % 3 == 0
            ? Sibling.Tombstone(new Dot(2, (ulong)key + 1), default)
            : new Sibling(new Dot(2, (ulong)key + 1), default, null, null, false, Value(-key));
        return VersionedObject.Of(VersionVector.Empty.With(first.Dot).With(second.Dot), first, second);
    }

    private static byte[] Value(int seed)
    {
        var value = new byte[ValueBytes];
        new Random(seed).NextBytes(value);
        return value;
    }

    private LsmEngine Open(MemoryFileSystem? disk = null) => LsmEngine.Open(
        new StorageOptions("/store", disk ?? _disk, new InlineBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { MemtableBytes = 1 << 20, HeadOf = StoredRecords.HeadOf },
        });
}
