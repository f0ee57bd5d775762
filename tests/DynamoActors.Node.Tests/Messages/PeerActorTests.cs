using Akka.Event;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Messages;

public sealed class PeerActorTests
{
    private readonly Switchboard _board = new(
        new NodeClock(() => 1, () => TimeSpan.FromSeconds(1)), new PassedOverTests.NoGreeter(), NoLogger.Instance);

    [Fact]
    public void Another_nodes_vnode_is_always_the_same_and_its_askers_which_come_and_go_are_not_remembered()
    {
        _board.At("n2", ActorAddress.Vnode(7)).ShouldBeSameAs(_board.At("n2", ActorAddress.Vnode(7)));
        var (asker, again) = (_board.At("n2", ActorAddress.Asker(9)), _board.At("n2", ActorAddress.Asker(9)));
        asker.ShouldNotBeSameAs(again);
        asker.ShouldBe(again);
        asker.Path.ToString().ShouldBe("dynamo.link://n2/node/askers/9");
    }
}
