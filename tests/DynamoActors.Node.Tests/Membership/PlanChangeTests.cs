using DynamoActors.Core.Ring;
using DynamoActors.Node.Requests;
using DynamoActors.Storage.Files;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>What a node does with the changes that people ask of it, on a ring of itself alone.</summary>
public sealed class PlanChangeTests
{
    private const string Alone = """
        dynamo.ring.initial-members = 1
        dynamo.ring.replicas = 1
        """;

    public static TheoryData<string, PlanRequest, PlanRefusalKind, string> Refusals => new()
    {
        { "join of nobody", new PlanRequest.Join("n9"), PlanRefusalKind.UnknownMember, "No node called n9 can be reached" },
        { "join of a member", new PlanRequest.Join("n0"), PlanRefusalKind.AlreadyMember, "n0 is a member of the ring already" },
        { "leave of nobody", new PlanRequest.Leave("n9"), PlanRefusalKind.UnknownMember, "n9 is no member of the ring, which has n0" },
        { "leave of the last", new PlanRequest.Leave("n0"), PlanRefusalKind.TooFewMembers, "the last one cannot go" },
        { "replace by nobody", new PlanRequest.Replace("n0", "n9", false, false), PlanRefusalKind.UnknownMember, "with the seeds" },
        { "a live node is not lost", new PlanRequest.Replace("n0", "n9", true, false), PlanRefusalKind.Conflict, "it is not lost" },
        { "a live node is not dead", new PlanRequest.ForceRemove("n0", true), PlanRefusalKind.Conflict, "it is not dead" },
        { "weight of nobody", new PlanRequest.Weigh("n9", 2), PlanRefusalKind.UnknownMember, "n9 is no member of the ring" },
        { "no weight", new PlanRequest.Weigh("n0", 0), PlanRefusalKind.MalformedMember, "weight" },
        { "the same weight", new PlanRequest.Weigh("n0", 1), PlanRefusalKind.NothingToDo, "what is so already" },
        { "zone of nobody", new PlanRequest.PlaceIn("n9", "z"), PlanRefusalKind.UnknownMember, "n9 is no member of the ring" },
        { "no zone's name", new PlanRequest.PlaceIn("n0", new string('z', 300)), PlanRefusalKind.MalformedMember, "zone" },
        { "nothing to commit", new PlanRequest.Commit(), PlanRefusalKind.NothingToDo, "Nothing is staged" },
        { "an epoch from the future", new PlanRequest.Commit(99), PlanRefusalKind.Conflict, "none of epoch 99: ask the node that showed" },
        { "an epoch that is over", new PlanRequest.Commit(0), PlanRefusalKind.Conflict, "the ring has changed since, to epoch 1" },
        { "nothing to abort", new PlanRequest.Abort(), PlanRefusalKind.NothingToDo, "Nothing moves" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_be_is_refused_with_the_reason_and_changes_nothing(
        string what, PlanRequest request, PlanRefusalKind kind, string reason)
    {
        await using var node = await StartAsync(new MemoryFileSystem());
        var refusal = (await node.Door.PlanAsync(request)).ShouldBeOfType<PlanRefused>(what).Refusal;
        refusal.Kind.ShouldBe(kind, what);
        refusal.Reason.ShouldContain(reason, customMessage: what);
        (await ShownAsync(node)).Staged.ShouldBeEmpty(what);
        node.Door.Ring!.Epoch.ShouldBe(1UL);
    }

    [Fact]
    public async Task What_is_staged_is_known_after_a_restart_until_it_is_committed()
    {
        var journal = new MemoryFileSystem();
        await using (var node = await StartAsync(journal))
        {
            (await node.Door.PlanAsync(new PlanRequest.PlaceIn("n0", "hall"))).ShouldBeOfType<PlanShown>();
            var second = (await node.Door.PlanAsync(new PlanRequest.Weigh("n0", 2))).ShouldBeOfType<PlanRefused>();
            second.Refusal.Reason.ShouldContain("clear them and stage one");
        }

        await using (var node = await StartAsync(journal))
        {
            (await ShownAsync(node)).Staged.ShouldHaveSingleItem().ShouldBe(new RingChange.Describe("n0", Zone: "hall"));
            (await node.Door.PlanAsync(new PlanRequest.Commit(node.Door.Ring!.Epoch))).ShouldBeOfType<RingAgreed>()
                .Ring.Members.ShouldHaveSingleItem().Zone.ShouldBe("hall");
            (await ShownAsync(node)).Staged.ShouldBeEmpty();
        }

        await using var last = await StartAsync(journal);
        (await ShownAsync(last)).Staged.ShouldBeEmpty();
        last.Door.Ring!.Members.ShouldHaveSingleItem().Zone.ShouldBe("hall");
    }

    [Fact]
    public async Task What_was_cleared_does_not_come_back()
    {
        var journal = new MemoryFileSystem();
        await using (var node = await StartAsync(journal))
        {
            await node.Door.PlanAsync(new PlanRequest.Weigh("n0", 2));
            (await node.Door.PlanAsync(new PlanRequest.Clear())).ShouldBeOfType<PlanShown>().Staged.ShouldBeEmpty();
        }

        await using var again = await StartAsync(journal);
        (await ShownAsync(again)).Staged.ShouldBeEmpty();
    }

    private static async Task<PlanShown> ShownAsync(SmallNode node) =>
        (await node.Door.PlanAsync(new PlanRequest.Show())).ShouldBeOfType<PlanShown>();

    private static async Task<SmallNode> StartAsync(MemoryFileSystem journal)
    {
        var node = new SmallNode("n0", Alone, journal);
        SmallNode.Start(node);
        await node.IsReady();
        return node;
    }
}
