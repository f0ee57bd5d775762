using DynamoActors.Client.Routing;
using Microsoft.Extensions.Time.Testing;

namespace DynamoActors.Client.Tests.Scripted;

/// <summary>Who is asked for a key.</summary>
public sealed class RoutingTests
{
    private readonly ScriptedNodes _nodes = new();

    public RoutingTests() => _nodes.ScriptAll(_ => _nodes.Answer(200, "value"));

    [Theory]
    [InlineData("", "n1")]
    [InlineData("b", "n2")]
    [InlineData("elsewhere", "n1")]
    public async Task An_owner_in_the_clients_zone_is_asked_and_else_the_first_one(string zone, string asked)
    {
        using var client = await _nodes.RoutedClientAsync(options => options.Zone = zone);
        for (var read = 0; read < 4; read++) await client.Bucket().GetAsync("a");
        _nodes.AskedNodes.ShouldBe([asked, asked, asked, asked]);
    }

    [Fact]
    public async Task While_no_ring_is_known_nodes_are_asked_in_turn()
    {
        _nodes.Ring = null;
        using var client = _nodes.Client();
        for (var read = 0; read < 6; read++) await client.Bucket().GetAsync("a");
        client.RingEpoch.ShouldBeNull();
        _nodes.AskedNodes.GroupBy(node => node).Select(node => node.Count()).ShouldBe([2, 2, 2]);
    }

    [Fact]
    public async Task The_ring_is_learned_beside_the_first_request()
    {
        using var client = _nodes.Client();
        await client.Bucket().GetAsync("a");
        await UntilAsync(() => client.RingEpoch == 7);
    }

    [Fact]
    public async Task An_answer_of_another_epoch_has_the_ring_asked_for()
    {
        using var client = await _nodes.RoutedClientAsync();
        await client.Bucket().GetAsync("a");
        (_nodes.Epoch, _nodes.Ring) = ("8", ScriptedNodes.RingOf(8, first: "n3", third: "n1"));
        await UntilAsync(() => client.RingEpoch == 8, () => client.Bucket().GetAsync("a"));
        await client.Bucket().GetAsync("a");
        _nodes.AskedNodes[0].ShouldBe("n1");
        _nodes.AskedNodes[^1].ShouldBe("n3");
    }

    [Fact]
    public async Task An_older_ring_is_not_taken_but_another_clusters_is()
    {
        using var client = await _nodes.RoutedClientAsync();
        _nodes.Ring = ScriptedNodes.RingOf(6, first: "n3", third: "n1");
        await client.LearnRingAsync();
        client.RingEpoch.ShouldBe(7ul);
        _nodes.Ring = ScriptedNodes.RingOf(2, cluster: "c2");
        await client.LearnRingAsync();
        client.RingEpoch.ShouldBe(2ul);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"epoch":7,"cluster":"c","keyHash":"sha9","partitions":1,"members":[],"owners":[[]]}""")]
    [InlineData("""{"epoch":7,"cluster":"c","keyHash":"md5","partitions":2,"members":[{"name":"a","http":"h:1"}],"owners":[["a"]]}""")]
    public async Task A_ring_that_cannot_be_routed_by_is_none(string page)
    {
        _nodes.Ring = page;
        using var client = _nodes.Client();
        (await client.LearnRingAsync()).ShouldBeFalse();
        (await client.Bucket().GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
    }

    [Fact]
    public async Task Behind_a_balancer_the_ring_is_not_asked_for()
    {
        using var client = _nodes.Client(options => options.AsksOwners = false);
        await client.Bucket().GetAsync("a");
        client.RingEpoch.ShouldBeNull();
        _nodes.AskedNodes.Length.ShouldBe(1);
    }

    [Fact]
    public void Those_that_did_not_answer_come_last()
    {
        KnownNode[] nodes = [.. Enumerable.Range(0, 4).Select(index => new KnownNode(new Uri($"http://n{index}")))];
        nodes[0].Failed(TimeProvider.System).ShouldBeTrue();
        var all = new Everybody([nodes[2]], [nodes[0], nodes[1], nodes[3]]);
        Candidates.InOrder([nodes[0], nodes[3]], all, turn: 0).ShouldBe([nodes[3], nodes[2], nodes[1], nodes[0]]);
        Candidates.InOrder([], all, turn: 2).ShouldBe([nodes[2], nodes[3], nodes[1], nodes[0]]);
        Candidates.InOrder([], all, turn: int.MinValue).Count.ShouldBe(4);
    }

    [Fact]
    public void A_member_is_probed_twice_a_second_and_an_address_that_was_removed_ever_more_seldom()
    {
        var clock = new FakeTimeProvider();
        var (member, stranger) = (new KnownNode(new Uri("http://n1")), new KnownNode(new Uri("http://old")));
        stranger.IsMember = false;
        (member.Failed(clock), stranger.Failed(clock)).ShouldBe((true, true));
        var times = ProbesOf(stranger, clock, TimeSpan.FromMinutes(10));
        var pauses = times.Zip(times.Skip(1), (one, next) => next - one).ToArray();
        times.Count.ShouldBeInRange(22, 34);
        times[0].ShouldBeInRange(TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(1.1));
        pauses[0].ShouldBeInRange(TimeSpan.FromSeconds(1.4), TimeSpan.FromSeconds(2.1));
        pauses.ShouldAllBe(pause => pause < TimeSpan.FromSeconds(30.2));
        pauses[^1].ShouldBeGreaterThan(TimeSpan.FromSeconds(22));
        pauses[^8..].Distinct().Count().ShouldBeGreaterThan(1, "those of many clients would come together");

        ProbesOf(member, clock, TimeSpan.FromMinutes(10)).Count.ShouldBe(1200);
        stranger.IsMember = true;
        stranger.TryTakeProbe(clock).ShouldBeTrue("it is in the ring now");
        ProbesOf(stranger, clock, TimeSpan.FromSeconds(10)).Count.ShouldBe(20);
    }

    /// <summary>When a node that is down is asked, if requests come all the time.</summary>
    private static List<TimeSpan> ProbesOf(KnownNode node, FakeTimeProvider clock, TimeSpan length)
    {
        var times = new List<TimeSpan>();
        for (var passed = TimeSpan.Zero; passed < length;)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            passed += TimeSpan.FromMilliseconds(100);
            if (node.TryTakeProbe(clock)) times.Add(passed);
        }

        return times;
    }

    internal static async Task UntilAsync(Func<bool> isSo, Func<Task>? meanwhile = null)
    {
        var patience = Task.Delay(TimeSpan.FromSeconds(20));
        while (!isSo())
        {
            patience.IsCompleted.ShouldBeFalse("it did not become so");
            if (meanwhile != null) await meanwhile();
            await Task.Delay(5);
        }
    }
}
