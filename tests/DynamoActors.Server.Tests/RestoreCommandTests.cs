using System.CommandLine;
using System.Text;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Bytes;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;
using DynamoActors.Node.Restoring;
using DynamoActors.Server.Commands;
using DynamoActors.Server.Restore;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Backup;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Server.Tests;

public sealed class RestoreCommandTests : IDisposable
{
    private const int Partitions = 16;
    private const ulong Cluster = 0xc1;

    private static readonly string[] _members = ["a", "b", "c"];

    private readonly TemporaryDirectory _directory = new();
    private readonly RealFileSystem _files = new();
    private readonly Dictionary<string, LocalStore> _stores = new();
    private readonly BackupFolder _folder;
    private readonly PartitionTable _ring = PartitionTable.Assign(
        [.. _members.Select(name => new RingMember(name, $"akka.tcp://dynamo@{name}:4053", $"{name}:8081", $"zone-{name}", 2))],
        Partitions, 3, null, Cluster);

    public RestoreCommandTests()
    {
        _folder = BackupFolder.OpenOrCreate(_files, _directory["backup"]);
        foreach (var name in _members)
            _stores.Add(name, new LocalStore(StorageEngines.Open("lsm", Options(_directory[$"live-{name}"])), name, () => 7));
    }

    private string To => _directory["restored"];

    public void Dispose()
    {
        foreach (var store in _stores.Values) store.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(5, 3)]
    public void Each_new_node_has_what_all_know_of_its_partitions_and_nothing_of_their_lives(int nodes, int copies)
    {
        for (var key = 0; key < 200; key++) Put(_members, $"key{key}", Version(1, (ulong)key + 1));
        // One node alone has a later version, another a concurrent one, and the third keeps a hint for the first.
        Put(["a"], "key0", Version(2, 500, over: Version(1, 1)));
        Put(["b"], "key1", Version(3, 600));
        Hint("c", "a", "key2", Version(4, 700, over: Version(1, 3)));
        Hint("c", "b", "only", Version(4, 701));
        Backup();

        Restore(out var output, out var error, "--nodes", $"{nodes}").ShouldBe(0, error);

        string[] names = nodes == 3 ? _members : [.. Enumerable.Range(1, nodes).Select(number => $"node{number}")];
        Directory.GetFileSystemEntries(To).Select(Path.GetFileName).Order().ShouldBe(names);
        var found = new Dictionary<string, List<VersionedObject>>();
        RestoredRing? ring = null;
        foreach (var name in names)
        {
            File.ReadAllText(DataDirectory.MarkerIn(Path.Combine(To, name))).ShouldBe(name + "\n");
            ring = RestoredRing.Read(_files, [Path.Combine(To, name, "journal", "ring.journal")])!;
            var member = ring.Table.MemberIndex(name);
            foreach (var (key, value) in Entries(Path.Combine(To, name)))
            {
                if (key[0] != (byte)'o')
                {
                    Encoding.UTF8.GetString(key).ShouldBe("m/time");
                    continue;
                }

                ring.Table.Owns(key[1] << 8 | key[2], member).ShouldBeTrue();
                var text = Encoding.UTF8.GetString(key[11..]);
                if (!found.TryGetValue(text, out var held)) found.Add(text, held = []);
                held.Add(VersionedObjectCodec.Decode(value));
            }
        }

        found.Count.ShouldBe(201);
        found.Values.ShouldAllBe(held => held.Count == copies && held.All(one => one.Equals(held[0])));
        found["key0"][0].ShouldBe(Version(2, 500, over: Version(1, 1)));
        found["key1"][0].Siblings.Length.ShouldBe(2);
        found["key2"][0].ShouldBe(Version(4, 700, over: Version(1, 3)));
        found["only"][0].ShouldBe(Version(4, 701));
        ring!.Table.Cluster.ShouldNotBe(Cluster);
        ring.Table.Members.ShouldAllBe(member => member.Address.EndsWith(".restored.invalid:4053") && member.Http == "");
        if (nodes == 3) ring.Table.Members.Select(member => (member.Zone, member.Weight)).ShouldBe(
            [("zone-a", 2), ("zone-b", 2), ("zone-c", 2)]);
        ring.Buckets.Single().Settings.SiblingsMax.ShouldBe(9);
        output.ShouldContain("They are a new cluster");
    }

    [Fact]
    public void In_a_bucket_of_last_writes_the_last_one_stays()
    {
        Put(["a"], "key", Version(1, 1, at: 5), "last");
        Put(["b"], "key", Version(2, 1, at: 6), "last");
        Backup(new BucketSettings { Policy = ConflictPolicy.Lww }, "last");
        Restore(out _, out var error, "--nodes", "1").ShouldBe(0, error);
        var value = Entries(Path.Combine(To, "node1")).Single(entry => entry.Key[0] == 'o').Value;
        VersionedObjectCodec.Decode(value).Siblings.Single().Dot.ShouldBe(new Dot(2, 1));
    }

    [Fact]
    public void A_member_of_the_living_cluster_keeps_the_ring_and_takes_no_identity_with_it()
    {
        Put(_members, "key", Version(1, 1));
        Backup();
        Restore(out var output, out var error, "--node", "b").ShouldBe(0, error);
        RestoredRing.Read(_files, [Path.Combine(To, "journal", "ring.journal")])!.Table.ShouldBe(_ring);
        var entries = Entries(To);
        entries.Count(entry => entry.Key[0] == 'o').ShouldBe(1);
        entries.ShouldNotContain(entry => Encoding.UTF8.GetString(entry.Key) == "m/identity");
        output.ShouldContain("Start b as before");
    }

    [Fact]
    public void An_older_backup_could_bring_back_what_was_deleted_and_is_refused_for_a_member()
    {
        Put(_members, "key", Version(1, 1));
        Backup(taken: DateTimeOffset.UtcNow - TimeSpan.FromHours(2));
        Restore(out _, out var error, "--node", "b").ShouldBe(1);
        error.ShouldContain("what was deleted since would come back with this copy. Nothing was made.");
        Directory.Exists(To).ShouldBeFalse();
        Restore(out _, out error, "--node", "b", "--deletions-kept", "03:00:00").ShouldBe(0, error);
        Directory.Delete(To, recursive: true);
        Restore(out _, out error, "--node", "b", "--deletions-may-return").ShouldBe(0, error);
        Directory.Delete(To, recursive: true);
        Restore(out _, out error, "--nodes", "3").ShouldBe(0, error);
    }

    [Fact]
    public void What_is_damaged_is_named_and_comes_from_the_others()
    {
        for (var key = 0; key < 300; key++) Put(_members, $"key{key}", Version(1, (ulong)key + 1));
        Backup();
        var table = Directory.GetFiles(Path.Combine(_directory["backup"], "nodes", "a"), "*.table.*")[0];
        Flip(table);
        Restore(out var output, out var error, "--nodes", "1").ShouldBe(0, error);
        output.ShouldContain($"Damaged: {table}: it does not match its checksum");
        Entries(Path.Combine(To, "node1")).Count(entry => entry.Key[0] == 'o').ShouldBe(300);
    }

    [Fact]
    public void What_is_damaged_of_every_copy_in_another_place_comes_from_all_of_them()
    {
        for (var key = 0; key < 300; key++) Put(_members, $"key{key}", Version(1, (ulong)key + 1));
        Backup();
        // In the first block of each table of one node, and in the second of those of all others.
        foreach (var table in Directory.GetFiles(_directory["backup"], "*.table.*", SearchOption.AllDirectories))
            if (new FileInfo(table).Length > 5000) Flip(table, table.Contains("/nodes/a/", StringComparison.Ordinal) ? 100 : 4300);
        Restore(out var output, out var error, "--nodes", "1").ShouldBe(0, error);
        foreach (var node in _members) output.ShouldContain($"/nodes/{node}/");
        Entries(Path.Combine(To, "node1")).Count(entry => entry.Key[0] == 'o').ShouldBe(300);
    }

    [Fact]
    public void Where_nothing_is_left_of_partitions_it_is_told_before_anything_is_made()
    {
        Put(_members, "key", Version(1, 1));
        Backup();
        foreach (var identity in Directory.GetFiles(_directory["backup"], "IDENTITY.*", SearchOption.AllDirectories)) Flip(identity);
        Restore(out _, out var error, "--nodes", "3").ShouldBe(1);
        error.ShouldContain("Of 16 partitions the backup has no copy that can be read");
        Directory.Exists(To).ShouldBeFalse();
    }

    [Fact]
    public void Interrupted_it_goes_on_with_the_same_cluster_and_not_with_another_backup()
    {
        for (var key = 0; key < 100; key++) Put(_members, $"key{key}", Version(1, (ulong)key + 1));
        Backup();
        using var stop = new CancellationTokenSource();
        var order = new RestoreOrder(_directory["backup"], null, To, 3, null, TimeSpan.Zero, false, false);
        var error = new StringWriter();
        new RestoreProgram(order, new Stopping("4 of 16", stop), error).Run(DateTimeOffset.UtcNow, stop.Token).ShouldBe(1);
        error.ToString().ShouldContain("The same command goes on where this one was.");
        var begun = File.ReadAllLines(Path.Combine(To, RestoreProgress.FileName));
        Should.Throw<StartFailure>(() => DataDirectory.Open(Path.Combine(To, "a"), "a")).Message.ShouldContain("no node's data directory");

        Restore(out _, out var refused, "--nodes", "5").ShouldBe(1);
        refused.ShouldContain("holds a restore that was interrupted");
        Restore(out var output, out var failed, "--nodes", "3").ShouldBe(0, failed);
        output.ShouldContain("Going on at partition 4 of 16.");
        var ring = RestoredRing.Read(_files, [Path.Combine(To, "a", "journal", "ring.journal")])!;
        ring.Table.Cluster.ToString("x16").ShouldBe(begun[2]);
        foreach (var name in _members) Entries(Path.Combine(To, name)).Count(entry => entry.Key[0] == 'o').ShouldBe(100);
    }

    [Fact]
    public void Bad_input_is_told_and_changes_nothing()
    {
        Put(_members, "key", Version(1, 1));
        Backup();
        Restore(out _, out var error).ShouldBe(1);
        error.ShouldContain("Either --nodes N");
        Restore(out _, out error, "--nodes", "0").ShouldBe(1);
        error.ShouldContain("--nodes is 0; it is 1 to 1000.");
        Restore(out _, out error, "--node", "z").ShouldBe(1);
        error.ShouldContain("z (--node) was no member of the ring");
        Restore(out _, out error, "--nodes", "3", "--name", "yesterday").ShouldBe(1);
        error.ShouldContain("has no backup called yesterday. It has:");
        Directory.CreateDirectory(Path.Combine(To, "a"));
        File.WriteAllText(Path.Combine(To, "a", "thesis.txt"), "");
        Restore(out _, out error, "--nodes", "3").ShouldBe(1);
        error.ShouldContain("is not empty: it holds thesis.txt.");
        Directory.GetFileSystemEntries(To, "*", SearchOption.AllDirectories).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("backup/")]
    [InlineData("backup/nodes")]
    [InlineData("backup/backups/x")]
    public void Nothing_is_restored_into_the_backups_directory_where_pruning_would_remove_it(string to)
    {
        Put(_members, "key", Version(1, 1));
        Backup();
        string[] before = [.. Directory.GetFileSystemEntries(_directory["backup"], "*", SearchOption.AllDirectories)];
        RestoreTo(_directory[to], out _, out var error, "--nodes", "5").ShouldBe(1);
        error.ShouldContain("(--to) is within the backups' directory");
        Directory.GetFileSystemEntries(_directory["backup"], "*", SearchOption.AllDirectories).ShouldBe(before, ignoreOrder: true);
        RestoreTo(_directory["backup-restored"], out _, out error, "--nodes", "5").ShouldBe(0, error);
    }

    private int Restore(out string output, out string error, params string[] more) => RestoreTo(To, out output, out error, more);

    private int RestoreTo(string to, out string output, out string error, params string[] more)
    {
        var (written, complained) = (new StringWriter(), new StringWriter());
        var exitCode = ServerCommands.Create().Parse(["restore", "--from", _directory["backup"], "--to", to, .. more])
            .Invoke(new InvocationConfiguration { Output = written, Error = complained });
        (output, error) = (written.ToString(), complained.ToString());
        return exitCode;
    }

    private static VersionedObject Version(ulong actor, ulong counter, VersionedObject? over = null, long at = 1)
    {
        var dot = new Dot(actor, counter);
        var sibling = new Sibling(dot, HybridTime.FromUnixMilliseconds(at), "text/plain", null, IsTombstone: false, new byte[50]);
        return over is null ? VersionedObject.Of(VersionVector.Of([dot]), sibling) : VersionedObject.Write(over, over.Context, sibling);
    }

    private void Put(string[] nodes, string key, VersionedObject value, string bucket = "default")
    {
        foreach (var node in nodes)
            _stores[node].Engine.Append(new WriteBatch().Put(StoreKeyOf(bucket, key), VersionedObjectCodec.Encode(value)));
    }

    private void Hint(string node, string owner, string key, VersionedObject value) => _stores[node].Engine.Append(new WriteBatch().Put(
        (byte[])[(byte)'h', 1, (byte)owner[0], .. StoreKeyOf("default", key)],
        (byte[])[0, 0, 0, 0, 0, 0, 0, 0, .. VersionedObjectCodec.Encode(value)]));

    private byte[] StoreKeyOf(string bucket, string key)
    {
        var name = Encoding.UTF8.GetBytes(bucket);
        var partition = _ring.PartitionOf(bucket, Encoding.UTF8.GetBytes(key));
        return [(byte)'o', (byte)(partition >> 8), (byte)partition, (byte)name.Length, .. name, .. Encoding.UTF8.GetBytes(key)];
    }

    private void Backup(BucketSettings? settings = null, string bucket = "b", DateTimeOffset? taken = null)
    {
        var time = taken ?? DateTimeOffset.UtcNow;
        var bucketVersion = BucketVersion.Whole(
            bucket, HybridTime.FromUnixMilliseconds(1), settings ?? new BucketSettings { SiblingsMax = 9 });
        var nodes = _members.Select(name =>
        {
            var journal = _directory[$"journal-{name}"];
            new RestoredRing(_ring, [bucketVersion]).Write(_files, journal, time);
            using var checkpoints = new Checkpoints(_stores[name].Engine, _files, _directory[$"checkpoints-{name}"],
                [Path.Combine(journal, "ring.journal")], TimeProvider.System);
            var checkpoint = checkpoints.Take();
            _folder.MakeRoomFor(name);
            return new NodeBackup(name, [.. checkpoint.Files.Select(file =>
            {
                var bytes = File.ReadAllBytes(Path.Combine(checkpoint.Path, file.Name));
                var copy = new BackupFile(file.Name, file.Bytes, Crc32C.Of(bytes));
                File.WriteAllBytes(_folder.UnfinishedPathOf(name, file.Name), bytes);
                _folder.Finish(name, copy);
                return copy;
            })]);
        });
        string[][] owners = [.. Enumerable.Range(0, Partitions).Select(partition => _ring.Owners(partition).ToArray()
            .Select(owner => _ring.Members[owner].Name).ToArray())];
        _folder.Add(new BackupManifest($"{time:yyyyMMdd'T'HHmmssfff}", 1, time, "c1", 1, owners, [.. nodes], []));
    }

    private List<(byte[] Key, byte[] Value)> Entries(string data)
    {
        using var engine = StorageEngines.Open("lsm", Options(data));
        using var scan = engine.Scan(new byte[] { 0 }, null);
        var entries = new List<(byte[], byte[])>();
        while (scan.MoveNext()) entries.Add((scan.Key.ToArray(), scan.Value.ToArray()));
        return entries;
    }

    private StorageOptions Options(string data) =>
        new(StoreSettings.EngineDirectoryIn(data), _files, new InlineBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { MemtableBytes = 8192, Level0CompactionTables = 100, Level0StopTables = 200 },
            Log = new LogOptions { SegmentBytes = 64 << 10 },
        };

    private static void Flip(string file, int? at = null)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[at ?? bytes.Length / 2] ^= 0xff;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Somebody presses Ctrl-C when he reads this.</summary>
    private sealed class Stopping(string at, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value?.Contains(at, StringComparison.Ordinal) == true) stop.Cancel();
            base.WriteLine(value);
        }
    }
}
