using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Coordination;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Tests.Coordination;

/// <summary>What is bounded, and what happens at the bound. Time stands still unless a test lets it pass.</summary>
public class OverloadTests
{
    private static readonly QuorumOverrides _all = new(R: QuorumSetting.All, W: QuorumSetting.All);
    private static readonly QuorumOverrides _one = new(R: QuorumSetting.One, W: QuorumSetting.One);

    [Fact]
    public async Task A_replica_with_as_much_to_answer_as_it_may_have_is_passed_over_until_half_of_it_is_answered()
    {
        using var group = new ReplicaGroup(nodes: 5, TimeSpan.FromMinutes(10), manualTime: true, [], peerRequestsMax: 4);
        int[] owners = group.OwnersOf("k");
        group.Nodes[owners[2]].Pause();
        for (int put = 0; put < 4; put++) await group.Written(owners[0], "k", "v");
        group.HintsFor(owners[2]).ShouldBe(0);

        // At once, by a stand-in, and the same for reads.
        await group.Written(owners[0], "k", "w", quorum: _all);
        group.HintsFor(owners[2]).ShouldBe(1);
        (await group.Values(owners[0], "k", new(R: QuorumSetting.All))).ShouldBe(["w"]);

        group.Nodes[owners[2]].Resume();
        await group.SettleAll();
        await group.Written(owners[0], "k", "x", quorum: _all);
        ReplicaGroup.ValuesOf(group.Stored(owners[2], "k")).ShouldBe(["x"]);
    }

    [Fact]
    public async Task Where_the_passed_over_would_be_needed_requests_are_refused_at_once_and_nothing_is_done()
    {
        using var group = new ReplicaGroup(nodes: 3, TimeSpan.FromMinutes(10), manualTime: true, [], peerRequestsMax: 2);
        group.Nodes[1].Pause();
        group.Nodes[2].Pause();
        for (int put = 0; put < 2; put++) await group.Written(0, "k", $"v{put}", quorum: _one);
        (await group.Put(0, "k", "w")).ShouldBeOfType<NodeOverloaded>().Reason.ShouldContain("n1");
        (await group.Get(0, "k")).ShouldBeOfType<NodeOverloaded>();
        (await group.Values(0, "k", _one)).ShouldBe(["v1"]);
        // One replica is enough: it keeps hints for the others, as for those that cannot be reached.
        await group.Written(0, "k", "x", quorum: _one);
        (group.HintsFor(1), group.HintsFor(2)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task What_was_given_up_makes_room_again()
    {
        using var group = new ReplicaGroup(nodes: 3, TimeSpan.FromSeconds(1), manualTime: true, [], peerRequestsMax: 2);
        group.Nodes[1].Open = group.Nodes[2].Open = false;
        for (int put = 0; put < 2; put++) await group.Written(0, "k", $"v{put}", quorum: _one);
        (await group.Put(0, "k", "w")).ShouldBeOfType<NodeOverloaded>();
        group.Nodes[1].Open = group.Nodes[2].Open = true;
        await group.Advance(TimeSpan.FromSeconds(1.1));
        await group.Written(0, "k", "w");
    }

    [Fact]
    public async Task A_larger_object_than_its_request_has_room_for_is_told_and_nobody_else_is_asked()
    {
        using var group = new ReplicaGroup(nodes: 3, TimeSpan.FromMinutes(10), manualTime: true, [], peerRequestsMax: 1);
        await group.Written(0, "k", new string('v', 20_000), quorum: _all);
        group.Nodes[1].Pause();
        group.Nodes[2].Pause();
        for (int read = 0; read < 3; read++)
            (await group.Get(0, "k", objectBytesMax: 10_000)).ShouldBeOfType<ObjectIsLarge>().Bytes.ShouldBeGreaterThan(20_000);
        group.Nodes[1].Resume();
        group.Nodes[2].Resume();
        (await group.Get(0, "k", objectBytesMax: 30_000)).ShouldBeOfType<ObjectRead>();
    }

    [Fact]
    public async Task Large_values_fill_the_bound_by_their_bytes()
    {
        using var group = new ReplicaGroup(nodes: 3, TimeSpan.FromMinutes(10), manualTime: true, [], peerBytesMax: 10_000);
        group.Nodes[2].Pause();
        await group.Written(0, "large", new string('v', 20_000));
        group.HintsFor(2).ShouldBe(0);
        await group.Written(0, "k", "v");
        group.HintsFor(2).ShouldBe(1);
        group.Nodes[2].Resume();
        await group.SettleAll();
        await group.Written(0, "l", "v", quorum: _all);
        group.Stored(2, "l").ShouldNotBeNull();
    }

    [Fact]
    public async Task Stand_ins_make_no_versions_for_owners_that_are_only_busy()
    {
        using var group = new ReplicaGroup(nodes: 5, TimeSpan.FromMinutes(10), manualTime: true, [], peerRequestsMax: 1);
        int stranger = group.StrangerTo("k");
        foreach (int owner in group.OwnersOf("k")) group.Nodes[owner].Pause();
        var waiting = Enumerable.Range(0, 3).Select(_ => group.Put(stranger, "k", "v", VersionVector.Empty, _all)).ToArray();
        (await group.Put(stranger, "k", "w")).ShouldBeOfType<NodeOverloaded>();
        foreach (int owner in group.OwnersOf("k")) group.Nodes[owner].Resume();
        (await Task.WhenAll(waiting)).ShouldAllBe(outcome => outcome is ObjectWritten);
        group.Stored(group.OwnersOf("k")[0], "k")!.Siblings.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Large_answers_fill_the_bound_before_they_come()
    {
        using var group = new ReplicaGroup(nodes: 3, TimeSpan.FromMinutes(10), manualTime: true, [], peerBytesMax: 1000);
        await group.Written(0, "k", new string('v', 600), quorum: _all);
        group.Nodes[1].Pause();
        group.Nodes[2].Pause();
        // Two values for each of the others are more than it may have; the fifth read finds nobody to ask.
        var reads = Enumerable.Range(0, 5).Select(_ => group.Get(0, "k")).ToArray();
        var refused = await Task.WhenAny(reads).WaitAsync(TimeSpan.FromSeconds(20));
        (await refused).ShouldBeOfType<NodeOverloaded>().Reason.ShouldContain("dynamo.peer");
        group.Nodes[1].Resume();
        group.Nodes[2].Resume();
        (await Task.WhenAll(reads)).Count(outcome => outcome is ObjectRead).ShouldBe(4);
        await group.SettleAll();
        (await group.Get(0, "k")).ShouldBeOfType<ObjectRead>();
    }

    [Fact]
    public async Task A_full_node_takes_no_forwarded_puts_and_another_owner_does()
    {
        using var group = new ReplicaGroup(nodes: 5, TimeSpan.FromMinutes(10), manualTime: true, [], requestsMax: 1);
        int stranger = group.StrangerTo("k");
        int[] owners = group.OwnersOf("k");
        foreach (int owner in owners[1..]) group.Nodes[owner].Admission.TryEnter().ShouldBeTrue();
        for (int put = 0; put < 3; put++)
        {
            var written = await group.Written(stranger, "k", "v");
            written.Siblings.Single().Dot.Actor.ShouldBe(group.Nodes[owners[0]].LocalStore.Dots.Actor);
        }
        // Each has left again.
        group.Nodes[owners[0]].Admission.UnderWay.ShouldBe(0);

        group.Nodes[owners[0]].Admission.TryEnter().ShouldBeTrue();
        (await group.Put(stranger, "k", "w")).ShouldBeOfType<NodeOverloaded>().Reason.ShouldContain("requests-max");
        ReplicaGroup.ValuesOf(group.Stored(owners[0], "k")).ShouldBe(["v"]);
    }

    [Fact]
    public void A_forwarded_put_that_comes_twice_is_begun_once_for_as_long_as_it_is_remembered()
    {
        var recent = new RecentForwards();
        var one = Akka.Actor.ActorRefs.Nobody;
        (recent.TryAdd(one, 1), recent.TryAdd(one, 2), recent.TryAdd(one, 1)).ShouldBe((true, true, false));
        (recent.TryAdd(Akka.Actor.ActorRefs.NoSender!, 1), recent.TryAdd(one, 2)).ShouldBe((true, false));
        for (int id = 3; id < 5000; id++) recent.TryAdd(one, id).ShouldBeTrue();
        recent.TryAdd(one, 1).ShouldBeTrue();
    }

    [Fact]
    public void Admission_counts_those_inside()
    {
        var admission = new RequestAdmission(2);
        (admission.TryEnter(), admission.TryEnter(), admission.TryEnter(), admission.UnderWay).ShouldBe((true, true, false, 2));
        admission.Leave();
        (admission.UnderWay, admission.TryEnter()).ShouldBe((1, true));
    }
}
