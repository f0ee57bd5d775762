using Akka.Actor;
using Akka.Cluster;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>A bucket's settings, changed through one node and read through another.</summary>
public sealed class BucketChangeTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly BucketSettings _lww = BucketSettings.Default with { Policy = ConflictPolicy.Lww };
    private static readonly BucketSettings _one = BucketSettings.Default with { W = QuorumSetting.One };

    private readonly SmallNode[] _members = [.. new[] { "n0", "n1", "n2" }
        .Select(name => new SmallNode(name, "dynamo.request-timeout = 60s"))];

    public async Task InitializeAsync()
    {
        SmallNode.Start(_members);
        using var limit = new CancellationTokenSource(_patience);
        while (!_members.All(member => member.Door.Readiness.Ready
            && member.Door.Nodes.Count(node => node.Reachable) == _members.Length)) await Task.Delay(10, limit.Token);
    }

    public async Task DisposeAsync()
    {
        foreach (var member in _members) await member.DisposeAsync();
    }

    [Fact]
    public async Task A_change_that_was_acknowledged_is_in_force_on_every_node()
    {
        for (int round = 0; round < 30; round++)
        {
            (await _members[round % 3].Door.SetBucketAsync($"b{round}", _lww, BucketFields.Policy)).ShouldBe(_lww);
            foreach (var member in _members) member.Door.Bucket($"b{round}").ShouldBe(_lww, member.Name);
        }
    }

    [Fact]
    public async Task Changes_one_after_the_other_through_different_nodes_are_all_kept()
    {
        for (int round = 0; round < 30; round++)
        {
            await _members[round % 3].Door.SetBucketAsync($"b{round}", _one, BucketFields.W);
            (await _members[(round + 1) % 3].Door.SetBucketAsync($"b{round}", _lww, BucketFields.Policy))
                .ShouldBe(_lww with { W = QuorumSetting.One });
        }
    }

    [Fact]
    public async Task Of_changes_at_once_those_of_different_fields_are_kept_and_of_the_same_field_one()
    {
        for (int round = 0; round < 30; round++)
        {
            string bucket = $"b{round}";
            await Task.WhenAll(
                _members[0].Door.SetBucketAsync(bucket, _one with { SiblingsMax = 7 }, BucketFields.W | BucketFields.SiblingsMax),
                _members[1].Door.SetBucketAsync(bucket, _lww with { SiblingsMax = 8 }, BucketFields.Policy | BucketFields.SiblingsMax));
            var settings = _members[2].Door.Bucket(bucket);
            settings.SiblingsMax.ShouldBeOneOf(7, 8);
            settings.ShouldBe(_lww with { W = QuorumSetting.One, SiblingsMax = settings.SiblingsMax });
            foreach (var member in _members) member.Door.Bucket(bucket).ShouldBe(settings, member.Name);
        }
    }
}
