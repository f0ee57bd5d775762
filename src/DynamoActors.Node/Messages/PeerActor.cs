using Akka.Actor;
using DynamoActors.Links;

namespace DynamoActors.Node.Messages;

/// <summary>An actor of another node: what it is told goes out over the links. It can be told things, and nothing else: it is not
/// watched.</summary>
internal sealed class PeerActor(Switchboard board, string peer, ActorAddress address) : MinimalActorRef
{
    private ActorPath? _path;

    public string Peer { get; } = peer;

    public ActorAddress Address { get; } = address;

    public override ActorPath Path =>
        _path ??= new RootActorPath(new Address("dynamo.link", Peer)) / "node" / Address.ToString().Split('/');

    public override IActorRefProvider Provider => throw new NotSupportedException("An actor of another node has no provider here.");

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (board.Send(this, message, sender)) return;
        if (message is IRefusable refusable && refusable.NotSent() is { } answer) sender.Tell(answer, this);
    }
}
