using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Puts what it receives into the test's queue.</summary>
internal sealed class TestActor : ActorBase
{
    private readonly MessageBox _box;
    private Func<object, bool>? _ignore;

    public TestActor(MessageBox box) => _box = box;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case SetIgnore set:
                _ignore = set.Ignore;
                return true;
            case WatchActor watch:
                Context.Watch(watch.Actor);
                Sender.Tell(watch.Actor);
                return true;
            case UnwatchActor unwatch:
                Context.Unwatch(unwatch.Actor);
                Sender.Tell(unwatch.Actor);
                return true;
            case CreateChild create:
                Sender.Tell(Context.ActorOf(create.Props, create.Name));
                return true;
        }
        if (_ignore is null || !_ignore(message))
            _box.Add(new RealMessageEnvelope(message, Sender));
        return true;
    }

    internal sealed record SetIgnore(Func<object, bool>? Ignore);

    internal sealed record WatchActor(IActorRef Actor);

    internal sealed record UnwatchActor(IActorRef Actor);

    internal sealed record CreateChild(Props Props, string? Name);
}
