using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Where actors are created and looked up: a system, or an actor's context.</summary>
public interface IActorRefFactory
{
    /// <summary>Creates a child. Returns at once; the actor itself is built on its dispatcher.</summary>
    IActorRef ActorOf(Props props, string? name = null);

    ActorSelection ActorSelection(string path);

    ActorSelection ActorSelection(ActorPath path);
}

/// <summary>Who can be told that an actor has stopped.</summary>
public interface ICanWatch
{
    /// <summary>Terminated is told when the subject has stopped or its node is given up on; at once if it has already.</summary>
    IActorRef Watch(IActorRef subject);

    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>After this no Terminated of the subject is received, even one already in the mailbox.</summary>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What an actor sees of its cell. Only valid on the actor's own thread.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    /// <summary>Who told the current message; the dead letters if nobody did.</summary>
    IActorRef Sender { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    MessageDispatcher Dispatcher { get; }

    TimeSpan? ReceiveTimeout { get; }

    void Become(Receive receive);

    void BecomeStacked(Receive receive);

    void UnbecomeStacked();

    /// <summary>The child of that name, or nobody.</summary>
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    void SetReceiveTimeout(TimeSpan? timeout);

    void Stop(IActorRef child);
}

/// <summary>Context of actors whose behaviours say nothing about what they handled.</summary>
public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);

    void BecomeStacked(UntypedReceive receive);
}
