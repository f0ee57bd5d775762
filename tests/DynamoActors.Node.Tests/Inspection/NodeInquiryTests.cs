namespace DynamoActors.Node.Tests.Inspection;

public sealed class NodeInquiryTests
{
    [Fact]
    public async Task What_a_node_tells_of_itself_comes_over_the_links_and_nothing_from_one_that_is_not_there()
    {
        await using var first = new SmallNode("n1", "dynamo.ring.initial-members = 2");
        await using var second = new SmallNode("n2", "dynamo.ring.initial-members = 2");
        SmallNode.Start(first, second);
        await first.IsReady();
        await second.IsReady();
        (await first.Door.AskFactsAsync("n2")).IsEmpty.ShouldBeTrue("its front end has not said what");
        // More than goes with small requests.
        var facts = new byte[100_000];
        new Random(1).NextBytes(facts);
        second.Door.Facts = () => facts;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        ReadOnlyMemory<byte> told;
        while ((told = await first.Door.AskFactsAsync("n2")).IsEmpty) limit.Token.ThrowIfCancellationRequested();
        told.ToArray().ShouldBe(facts);
        (await first.Door.AskFactsAsync("n1")).IsEmpty.ShouldBeTrue();
        (await first.Door.AskFactsAsync("nobody")).IsEmpty.ShouldBeTrue();
    }
}
