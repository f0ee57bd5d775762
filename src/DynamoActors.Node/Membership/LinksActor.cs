using Akka.Actor;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Keeps time for the links, and hands on what they tell: to <see cref="Members"/>, and to the coordinators, whose requests wait for nobody
/// that is gone. Takes addresses back from askers that have ended.
/// </summary>
internal sealed class LinksActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _tickInterval = TimeSpan.FromMilliseconds(250);

    private readonly Switchboard _board;

    public LinksActor(Switchboard board, IActorRef members, IActorRef[] coordinators)
    {
        _board = board;
        Receive<Tick>(_ => board.Links.Tick(Context.System.Scheduler.HighResMonotonicClock));
        Receive<PeerUp>(members.Forward);
        Receive<PeerDown>(down =>
        {
            members.Forward(down);
            foreach (var coordinator in coordinators) coordinator.Tell(down);
        });
        Receive<PeerRefused>(members.Forward);
        Receive<AskerRegistered>(registered => Context.Watch(registered.Asker));
        Receive<Terminated>(ended => board.Forget(ended.ActorRef));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _board.ReportTo(Self);
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _tickInterval);
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
