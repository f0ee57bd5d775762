using System.Text;
using System.Threading.Channels;
using Akka.Actor;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Memory;

namespace DynamoActors.Node.Tests.Inspection;

/// <summary>Which buckets have a key that can be read, without reading all of any bucket.</summary>
public sealed class BucketScanTests : IDisposable
{
    private const int Partition = 3;
    private const long Now = 1_000_000;

    private readonly ActorSystem _system = ActorSystem.Create("buckets");
    private readonly Channel<ReplicaKeysListed> _answers = Channel.CreateUnbounded<ReplicaKeysListed>();
    private readonly IActorRef _asker;
    private readonly MemoryEngine _engine =
        new(new StorageOptions("data", new MemoryFileSystem(), new InlineBackgroundWork(), TimeProvider.System));

    public BucketScanTests() => _asker = _system.ActorOf(Props.Create(typeof(Asker), _answers.Writer));

    public void Dispose()
    {
        _engine.Dispose();
        _system.Terminate().Wait(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Buckets_with_a_key_that_can_be_read_are_found_once_each_in_order()
    {
        Store("zoo", "k");
        Store("a", "k1", "k2", "k3");
        Store("bb", "k");
        Store("", "ignored", partition: Partition + 1);
        Delete("gone", "k1", "k2");
        Store("old", expiresAt: Now - 1, "k");
        Store("young", expiresAt: Now + 1, "k");
        Delete("mixed", "a");
        Store("mixed", "b");
        // By the length of the name first: it is part of the key.
        (await List()).ShouldBe(("a bb zoo mixed young", false));
    }

    [Fact]
    public async Task A_listing_goes_on_behind_the_bucket_it_came_to()
    {
        foreach (string bucket in (string[])["a", "b", "c", "d", "e"]) Store(bucket, "k1", "k2");
        (await List(keysMax: 2)).ShouldBe(("a b", true));
        (await List(after: "b", keysMax: 2)).ShouldBe(("c d", true));
        (await List(after: "d", keysMax: 2)).ShouldBe(("e", false));
    }

    [Fact]
    public async Task A_bucket_is_left_at_its_first_key_and_a_long_run_of_deleted_ones_is_read_in_turns()
    {
        Store("a", [.. Enumerable.Range(0, 5000).Select(number => $"k{number:D5}")]);
        Delete("b", [.. Enumerable.Range(0, 1000).Select(number => $"k{number:D5}")]);
        Store("b", "z");
        var (scan, turns, read) = Run(keysMaxOfTurn: 100);
        scan.Answer();
        Names(await _answers.Reader.ReadAsync()).ShouldBe("a b");
        turns.ShouldBeInRange(10, 20);
        read.ShouldBeLessThan(1500);
    }

    [Fact]
    public async Task Hints_kept_for_an_owner_have_buckets_too()
    {
        Store("own", "k");
        var hinted = Object(expiresAt: null, isTombstone: false);
        _engine.Append(new WriteBatch().Put(
            StoreKey.Hint("n2", StoreKey.Object(Partition, "kept", "k"u8)), Hint.Encode(Now, VersionedObjectCodec.Encode(hinted))));
        var (scan, _, _) = Run(100, new KeySlot(Partition, null), new KeySlot(Partition, "n2"), new KeySlot(Partition, "n3"));
        scan.Answer();
        Names(await _answers.Reader.ReadAsync()).ShouldBe("own kept");
    }

    private async Task<(string Buckets, bool HasMore)> List(string? after = null, int keysMax = 100)
    {
        var scan = new ReplicaScan(
            new ListReplicaKeys(1, Bucket: "", default, after is null ? default : Sized(after), keysMax, [new KeySlot(Partition, null)]),
            _asker);
        while (!scan.IsDone) scan.Read(_engine, 1000, Now);
        scan.Answer();
        var answer = await _answers.Reader.ReadAsync();
        return (Names(answer), answer.HasMore);
    }

    private (ReplicaScan Scan, int Turns, int Read) Run(int keysMaxOfTurn, params KeySlot[] slots)
    {
        if (slots.Length == 0) slots = [new KeySlot(Partition, null)];
        var scan = new ReplicaScan(new ListReplicaKeys(1, Bucket: "", default, default, 100, [.. slots]), _asker);
        int turns = 0, read = 0;
        for (; !scan.IsDone; turns++) read += scan.Read(_engine, keysMaxOfTurn, Now);
        return (scan, turns, read);
    }

    private static byte[] Sized(string bucket) => [(byte)bucket.Length, .. Encoding.UTF8.GetBytes(bucket)];

    private static string Names(ReplicaKeysListed answer) =>
        string.Join(' ', answer.Keys.Select(key => Encoding.UTF8.GetString(key.Key.Span[1..])));

    private void Store(string bucket, params string[] keys) => Store(bucket, expiresAt: null, keys);

    private void Store(string bucket, long? expiresAt, params string[] keys) =>
        Put(bucket, Object(expiresAt, isTombstone: false), Partition, keys);

    private void Store(string bucket, string key, int partition) => Put(bucket, Object(null, isTombstone: false), partition, key);

    private void Delete(string bucket, params string[] keys) => Put(bucket, Object(null, isTombstone: true), Partition, keys);

    private void Put(string bucket, VersionedObject stored, int partition, params string[] keys)
    {
        foreach (string key in keys)
            _engine.Append(new WriteBatch().Put(
                StoreKey.Object(partition, bucket, Encoding.UTF8.GetBytes(key)), VersionedObjectCodec.Encode(stored)));
    }

    private static VersionedObject Object(long? expiresAt, bool isTombstone) => VersionedObject.Write(null, VersionVector.Empty,
        new Sibling(
            new Dot(7, 1), HybridTime.FromUnixMilliseconds(1), null, expiresAt, isTombstone, isTombstone ? default : "v"u8.ToArray()));

    private sealed class Asker : ReceiveActor
    {
        public Asker(ChannelWriter<ReplicaKeysListed> answers) => Receive<ReplicaKeysListed>(answer => answers.TryWrite(answer));
    }
}
