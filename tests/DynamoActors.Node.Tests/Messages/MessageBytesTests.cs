using System.Diagnostics;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Links;
using DynamoActors.Node.Messages;
using DynamoActors.Node.Requests;
using DynamoActors.Node.Tracing;

namespace DynamoActors.Node.Tests.Messages;

/// <summary>The body of every message between nodes: its bytes never change, since another version of the program reads them.</summary>
public class MessageBytesTests
{
    private const long RequestId = 300;
    private const string VersionBytes = "0a03010203" + "11" + "0500000000000000";

    private static readonly byte[] _key = [1, 2, 3];
    private static readonly KeyVersion _version = new(_key, 5);
    private static readonly VersionVector _context = VersionVector.Of(new Dot(7, 3));
    private static readonly string _contextBytes = Sized(ReplicaCodec.EncodeContext(_context));
    private static readonly PartitionTable _ring =
        PartitionTable.Assign([new RingMember("a", "A", "H", "", 1), new RingMember("b", "B", "", "z", 2)], 2, 2, previous: null,
            cluster: 9);
    private static readonly string _ringBytes = Sized(PartitionTableCodec.Encode(_ring));
    private static readonly Ballot _ballot = new(4, "a");

    private static readonly VersionedObject _object = VersionedObject.Write(null, VersionVector.Empty, new Sibling(
        new Dot(7, 3), HybridTime.FromUnixMilliseconds(1), "text/plain", null, IsTombstone: false, "v"u8.ToArray()));

    private static readonly BucketVersion _bucket = BucketVersion.Whole("b", new HybridTime(2), BucketSettings.Default);

    private static readonly TraceParent _trace = new(new ActivityContext(
        ActivityTraceId.CreateFromString("0102030405060708090a0b0c0d0e0f10"), ActivitySpanId.CreateFromString("1112131415161718"),
        ActivityTraceFlags.Recorded, isRemote: true));
    private static readonly string _traceBytes = "4a18" + "0102030405060708090a0b0c0d0e0f10" + "1112131415161718";

    private static readonly (object Message, string Body)[] _golden =
    [
        (new WriteReplica(RequestId, 2, 1, true, true, _key, new byte[] { 9, 8 }, "n1"),
            "2001" + "2801" + "3203010203" + "42026e31" + "3a020908"),
        (new WriteReplica(RequestId, 2, 1, false, false, _key, new byte[] { 9, 8 }) { Trace = _trace },
            "3203010203" + _traceBytes + "3a020908"),
        (new ReadReplica(RequestId, 2, 1, _key) { Trace = _trace }, "3203010203" + _traceBytes),
        (new ReplicaWritten(RequestId, 2, null), ""),
        (new ReplicaWritten(RequestId, 2, _context), "1a" + _contextBytes),
        (new ReadReplica(RequestId, 2, 1, _key, "n1"), "3203010203" + "42026e31"),
        (new ReplicaRead(RequestId, 2, new byte[] { 9, 8 }), "3a020908"),
        (new ReplicaRefused(RequestId, 2, RefusalReason.StorageFull, 1), "2003"),

        (new ForwardedPut(
            RequestId, "b", new byte[] { 0x6b }, _context, new byte[] { 0x76 }, "text/x", Tombstone: true,
            TimeSpan.FromMilliseconds(5),
            new QuorumOverrides(2, QuorumSetting.One, QuorumSetting.Of(2), QuorumSetting.All, QuorumSetting.Majority, QuorumSetting.Of(1),
                Consistency.Fast),
            TimeSpan.FromMilliseconds(300)),
            "120162" + "1a016b" + "22" + _contextBytes + "2801" + "3a06746578742f78" + "4001"
            + "5220" + "0802" + "12036f6e65" + "1a0132" + "2203616c6c" + "2a0671756f72756d" + "320131" + "3a0446617374"
            + "58ac02" + "6001" + "7005" + "320176"),
        (new ForwardedPut(RequestId, "b", default, null, default, null, Tombstone: false, null, QuorumOverrides.None, TimeSpan.Zero),
            "120162" + "5200"),
        (Answer(new TooManySiblings(65, 64)), "1006" + "3040" + "3841"),
        (Answer(new ObjectTooLarge(3, 300)), "1007" + "3803" + "60ac02"),
        (Answer(new RequestRefused("w", "No.")), "1002" + "220177" + "2a034e6f2e"),
        (Answer(new QuorumNotReached("w", 3, 1, Unknown: true, TimedOut: true)),
            "1003" + "220177" + "3003" + "3801" + "4001" + "4801"),
        (Answer(new QuorumNotReached("pw", 2, 0, Unknown: false, TimedOut: false)), "1003" + "22027077" + "3002"),
        (Answer(new NodeOverloaded(TimeSpan.FromMilliseconds(300), "Full.")), "1004" + "2a0546756c6c2e" + "50ac02"),
        (Answer(new NodeNotReady("No ring.")), "1005" + "2a084e6f2072696e672e"),
        (Answer(new ObjectWritten(_object, _context)), "1001" + "1a" + Sized(VersionedObjectCodec.Encode(_object)) + "5a"
            + _contextBytes),

        (new DescribeTree(RequestId, 1, 3, TreeLevel.Leaves, [1, 5]), "2002" + "2a020105"),
        (new TreeDescribed(RequestId, 1, 9, [7]), "19" + "0900000000000000" + "2208" + "0700000000000000"),
        (new TreeDescribed(RequestId, 1, 9, []) { Objects = 300 }, "19" + "0900000000000000" + "28ac02"),
        (new ListVersions(RequestId, 1, 3, [1, 1024], _key), "22030180" + "08" + "2a03010203"),
        (new VersionsListed(RequestId, 1, [_version], _key), "1a0e" + VersionBytes + "2203010203"),
        (new FetchObjects(RequestId, 1, 3, [_key]), "2203010203"),
        (new FetchObjects(RequestId, 1, 3, []) { From = _key }, "2a03010203"),
        (new ObjectsFetched(RequestId, 1, [new FetchedObject(_key, new byte[] { 9, 8 })]),
            "1a09" + "0a03010203" + "12020908"),
        (new ObjectsFetched(RequestId, 1, [new FetchedObject(_key, default)]) { Next = _key }, "1a05" + "0a03010203" + "2203010203"),
        (new MergeObjects(RequestId, 1, 3, 9, [new MergedObject(_key, new byte[] { 9, 8 }, true)], "n1"),
            "21" + "0900000000000000" + "2a0b" + "0a03010203" + "12020908" + "1801" + "32026e31"),
        (new ObjectsMerged(RequestId, 1), ""),
        (new ReplicasAgreed(3, "n1", 1000), "12026e31" + "18e807"),
        (new ConfirmDeleted(RequestId, 3, [_version]), "220e" + VersionBytes),
        (new DeletedConfirmed(RequestId, true, [true, false]), "1801" + "22020100"),
        (new DropDeleted(3, [_version]), "120e" + VersionBytes),

        (new ListReplicaKeys(
            RequestId, "b", new byte[] { 0x70 }, new byte[] { 0x61, 0x00 }, 100, [new KeySlot(5, null), new KeySlot(6, "n1")]),
            "1a0162" + "220170" + "2a026100" + "3064" + "3a020805" + "3a06080612026e31"),
        (new ReplicaKeysListed(RequestId, [new ListedKey(new byte[] { 0x6b }, new byte[] { 9 })], HasMore: true, [7]),
            "1a060a016b120109" + "2001" + "2a0107"),
        (new FindHints(RequestId, new byte[] { 0x6b }), "1a016b"),
        (new HintsFound(RequestId, [new FoundHint("n0", 1, null)], [new FoundAgreement("n2", 5)]),
            "1a060a026e301001" + "22060a026e321005"),
        (new FindHints(RequestId, new byte[] { 0x6b }, Facts: true), "1a016b" + "2001"),
        (new HintsFound(RequestId, [], [], new byte[] { 0x7b, 0x7d }), "2a027b7d"),

        (new PrepareRing(3, _ballot), "0803" + "1205" + "0804" + "120161"),
        (new RingPromised("b", 3, _ballot, Ballot.None, _ring),
            "0a0162" + "1003" + "1a05" + "0804" + "120161" + "2200" + "2a" + _ringBytes),
        (new AcceptRing(_ballot, _ring), "0a05" + "0804" + "120161" + "12" + _ringBytes),
        (new RingAccepted("b", 3, _ballot), "0a0162" + "1003" + "1a05" + "0804" + "120161"),
        (new RingRejected("b", 3, _ballot), "0a0162" + "1003" + "1a05" + "0804" + "120161"),
        (new RingCommitted(_ring), "0a" + _ringBytes),
        (new BucketsChanged([], 5, 7), "11" + "0500000000000000" + "1807"),
        (new BucketsTaken(5, 7), "11" + "0500000000000000" + "1807"),

        (new AskRing(300), "08ac02"),
        (new MovesArrived(3, "b", [5, 6]), "0a0162" + "12020506"),
        (new StagedChanges(7, [new RingChange.Leave("b"), new RingChange.Describe("c", 2, "z")]),
            "09" + "0700000000000000" + "1205" + "0802" + "120162"
                + "1213" + "0805" + "120163" + "32017a" + "39" + "0000000000000040" + "5001"),

        (new AskIdentity(5), "09" + "0500000000000000"),
        (new IdentityTold(5, 300, 6, 7), "09" + "0500000000000000" + "10ac02" + "19" + "0600000000000000" + "2007"),
        (new MemberState(true, 3, "a", 2, true, HasHints: false, WasRemoved: false), "0801" + "1003" + "1a0161" + "2002" + "2801"),
        (new MemberState(true, 3, "a", 2, false, HasHints: true, WasRemoved: true), "0801" + "1003" + "1a0161" + "2002" + "3001" + "3801"),
        (new MemberState(true, 3, "a", 2, false, HasHints: false, WasRemoved: false, Uid: -2, CountsYou: true),
            "0801" + "1003" + "1a0161" + "2002" + "45" + "feffffff" + "4801"),
        (new MemberState(false, 0, "", 2, false, HasHints: false, WasRemoved: false) { Former = FormerLife.IsMember }, "2002" + "5002"),
        (new MemberState(true, 3, "a", 2, false, HasHints: false, WasRemoved: false) { Together = 2 },
            "0801" + "1003" + "1a0161" + "2002" + "5802"),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, _golden.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_message_is_these_bytes_and_is_read_back_from_them(int index)
    {
        var (message, body) = _golden[index];
        var kind = MessageKinds.Of(message)!;
        var bytes = BytesOf(kind, message);
        Convert.ToHexStringLower(bytes).ShouldBe(body, message.ToString());
        object read = kind.Read(HeaderOf(message), bytes);
        read.ShouldBeOfType(message.GetType());
        Convert.ToHexStringLower(BytesOf(kind, read)).ShouldBe(body, message.ToString());
        if (message is IOfRequest of && read is IOfRequest back) (back.RequestId, back.Slot, back.Epoch)
            .ShouldBe((of.RequestId, of.Slot, of.Epoch));
    }

    /// <summary>A later release may tell more than this one knows.</summary>
    [Theory]
    [MemberData(nameof(Indexes))]
    public void Fields_that_are_not_known_are_passed_over(int index)
    {
        var (message, body) = _golden[index];
        var kind = MessageKinds.Of(message)!;
        string unknown = "f80701" + "fa0702aabb" + "fd0701020304" + "f9070102030405060708";
        byte[] longer = Convert.FromHexString(unknown + body);
        Convert.ToHexStringLower(BytesOf(kind, kind.Read(HeaderOf(message), longer))).ShouldBe(body, message.ToString());
    }

    [Fact]
    public void Every_kind_has_golden_bytes_and_a_number_of_its_own()
    {
        MessageKinds.All.Select(kind => kind.Type).Except(_golden.Select(golden => golden.Message.GetType())).ShouldBeEmpty();
        MessageKinds.All.Select(kind => kind.Number).Distinct().Count().ShouldBe(MessageKinds.All.Count);
        MessageKinds.Numbered((ushort)MessageKinds.NumberMax).ShouldBeNull();
        MessageKinds.Numbered(0).ShouldBeNull();
    }

    [Fact]
    public void A_bucket_change_carries_all_of_it()
    {
        var kind = MessageKinds.Of(new BucketsChanged([], 0, 0))!;
        var read = (BucketsChanged)kind.Read(default, BytesOf(kind, new BucketsChanged([_bucket], 5, 7)));
        (read.Incarnation, read.Change, read.Buckets.Single().Settings, read.Buckets.Single().Latest)
            .ShouldBe((5UL, 7UL, _bucket.Settings, _bucket.Latest));
    }

    [Fact]
    public void A_large_value_is_sent_from_where_it_is_and_read_where_it_arrived()
    {
        var value = new byte[100_000];
        var writer = new FrameWriter();
        var kind = MessageKinds.Of(new ReplicaRead(1, 0, value))!;
        kind.Write(new ReplicaRead(1, 0, value), writer);
        writer.Attached.Single().Bytes.ShouldBe(value);
        var arrived = BytesOf(kind, new ReplicaRead(1, 0, value));
        var read = (ReplicaRead)kind.Read(default, arrived);
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(read.Encoded, out var segment).ShouldBeTrue();
        segment.Array.ShouldBeSameAs(arrived);
    }

    [Fact]
    public void Every_cut_of_a_message_is_refused_or_read_as_fewer_fields()
    {
        foreach (var (message, _) in _golden)
        {
            var kind = MessageKinds.Of(message)!;
            var bytes = BytesOf(kind, message);
            for (int length = 0; length < bytes.Length; length++)
            {
                try
                {
                    kind.Read(HeaderOf(message), bytes.AsMemory(0, length)).ShouldBeOfType(message.GetType());
                }
                catch (Exception refused) when (refused is not ShouldAssertException and not OutOfMemoryException)
                {
                    refused.Message.ShouldNotBeEmpty();
                }
            }
        }
    }

    [Fact]
    public void A_greeting_comes_back_from_its_bytes()
    {
        var greeting = new Greeting(1, "n", 2, 3, "akka.tcp://dynamo@h:1", "h:2", "h:3", "z", 1.5, 4, 256, 3, 7, TakesPlace: true);
        MemberCodec.Decode(MemberCodec.Encode(greeting)).ShouldBe(greeting);
    }

    [Fact]
    public void The_request_id_of_a_question_to_many_members_says_which_and_who()
    {
        var id = MemberRequest.Id(question: 5_000_000_000, PartitionTable.MembersMax);
        (MemberRequest.Question(id), MemberRequest.Member(id)).ShouldBe((5_000_000_000, PartitionTable.MembersMax));
    }

    private static FrameHeader HeaderOf(object message) =>
        message is IOfRequest of ? new FrameHeader(0, of.Slot, 0, 0, of.RequestId, of.Epoch, 0) : default;

    private static ForwardedPutAnswer Answer(ClientOutcome outcome) => new(RequestId, outcome);

    private static string Sized(byte[] bytes) => $"{bytes.Length:x2}" + Convert.ToHexStringLower(bytes);

    private static byte[] BytesOf(MessageKind kind, object message)
    {
        var writer = new FrameWriter();
        kind.Write(message, writer);
        var bytes = new List<byte>();
        int from = 0;
        foreach (var (at, attached) in writer.Attached)
        {
            bytes.AddRange(writer.Copied[from..at]);
            bytes.AddRange(attached.Span);
            from = at;
        }
        bytes.AddRange(writer.Copied[from..]);
        return [.. bytes];
    }
}
