using Akka.Actor;
using DynamoActors.Node.Listing;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Explain;

/// <summary>Asks another node what it tells of itself.</summary>
internal sealed class NodeInquiry : ReceiveActor, IWithTimers
{
    private const long Question = 1;

    private readonly InspectionServices _services;
    private readonly InquireOf _inquiry;
    private readonly IActorRef _asker;

    public NodeInquiry(InspectionServices services, InquireOf inquiry, IActorRef asker)
    {
        (_services, _inquiry, _asker) = (services, inquiry, asker);
        Receive<HintsFound>(found => Finish(found.Facts));
        Receive<Enough>(_ => Finish(default));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        // The key is for versions that do not know the question, and look for it.
        _services.InspectorAt(_inquiry.Node).Tell(new FindHints(Question, StoreKey.Object(0, _inquiry.Node, [0]), Facts: true), Self);
        Timers.StartSingleTimer(nameof(Enough), Enough.Instance, _inquiry.Patience);
    }

    private void Finish(ReadOnlyMemory<byte> facts)
    {
        _asker.Tell(new NodeTold(facts), Self);
        Context.Stop(Self);
    }

    private sealed class Enough
    {
        public static readonly Enough Instance = new();
    }
}

internal sealed record InquireOf(string Node, TimeSpan Patience);

/// <param name="Facts">Empty: it did not answer in time, or tells nothing.</param>
internal sealed record NodeTold(ReadOnlyMemory<byte> Facts);
