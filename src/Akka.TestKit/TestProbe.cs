using Akka.Actor;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>A test actor with its own queue: stands in for an actor that the one under test talks to.</summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef
{
    internal TestProbe(ActorSystem system, ITestKitAssertions assertions, string? testProbeName)
        : base(assertions, system, testProbeName)
    {
    }

    public IActorRef Ref => TestActor;

    /// <summary>Who told the last message received.</summary>
    public IActorRef Sender => LastSender;

    public ActorPath Path => TestActor.Path;

    public bool IsLocal => true;

    public bool IsTerminated => Inner.IsTerminated;

    public IInternalActorRef Parent => Inner.Parent;

    public IActorRefProvider Provider => Inner.Provider;

    private IInternalActorRef Inner => (IInternalActorRef)TestActor;

    /// <summary>Tells a message with this probe as its sender.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    /// <summary>Answers the last message received.</summary>
    public void Reply(object message) => Sender.Tell(message, TestActor);

    public void Tell(object message, IActorRef sender) => TestActor.Tell(message, sender);

    public int CompareTo(IActorRef? other) => TestActor.CompareTo(other);

    public int CompareTo(object? obj) => TestActor.CompareTo(obj);

    public bool Equals(IActorRef? other) => TestActor.Equals(other);

    public override bool Equals(object? obj) => TestActor.Equals(obj);

    public override int GetHashCode() => TestActor.GetHashCode();

    public override string ToString() => TestActor.ToString()!;

    public ISurrogate ToSurrogate(ActorSystem system) => TestActor.ToSurrogate(system);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => Inner.GetChild(name);

    void IInternalActorRef.Start() => Inner.Start();

    void IInternalActorRef.Stop() => Inner.Stop();

    void IInternalActorRef.Suspend() => Inner.Suspend();

    void IInternalActorRef.Resume(Exception? causedByFailure) => Inner.Resume(causedByFailure);

    void IInternalActorRef.Restart(Exception cause) => Inner.Restart(cause);

    void IInternalActorRef.SendSystemMessage(Dispatch.SysMsg.ISystemMessage message) => Inner.SendSystemMessage(message);
}
