using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Ring;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>Bucket settings as they stand in journals and travel.</summary>
public sealed class BucketEventTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("wire");
    private readonly RingJournalSerializer _serializer;

    public BucketEventTests() => _serializer = new RingJournalSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(20));

    [Fact]
    public void A_version_keeps_the_time_of_each_field()
    {
        var version = BucketVersion.Unset("b")
            .With(BucketFields.W, BucketSettings.Default with { W = QuorumSetting.One }, new HybridTime(2))
            .With(BucketFields.SiblingsMax, BucketSettings.Default with { SiblingsMax = 9 }, new HybridTime(1));
        var bytes = _serializer.ToBinary(version);
        Convert.ToHexString(bytes).ShouldBe(
            "0A01621102000000000000001A0E01000000020000000009C1F0B58B2248"
            + "00000000000000000000000000000000000000000000000002000000000000000000"
            + "0000000000000000000000000000000000000000000000000000000000000100000000000000");
        var read = (BucketVersion)_serializer.FromBinary(bytes, "bucket");
        (read.Bucket, read.Settings).ShouldBe(("b", version.Settings));
        read.Changed.ShouldBe(version.Changed);
    }

    [Fact]
    public void What_is_staged_is_these_bytes_in_the_journal()
    {
        var bytes = _serializer.ToBinary(new StagedChanges(5, [new RingChange.Leave("n0")]));
        Convert.ToHexString(bytes).ShouldBe("09" + "0500000000000000" + "12" + "06" + "0802" + "12026E30");
        var read = (StagedChanges)_serializer.FromBinary(bytes, "staged");
        (read.Version, read.Changes.ShouldHaveSingleItem()).ShouldBe((5UL, new RingChange.Leave("n0")));
    }

    [Fact]
    public void A_version_from_before_fields_had_times_was_changed_as_a_whole()
    {
        var settings = BucketSettings.Default with { W = QuorumSetting.One };
        var stored = BucketSettingsCodec.Encode(settings);
        var bytes = Convert.FromHexString("0A01621105000000000000001A" + stored.Length.ToString("X2", null) + Convert.ToHexString(stored));
        var read = (BucketVersion)_serializer.FromBinary(bytes, "bucket");
        read.Settings.ShouldBe(settings);
        read.Changed.ShouldAllBe(time => time == new HybridTime(5));
    }
}
