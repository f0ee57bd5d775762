using Akka.Actor;
using Akka.Event;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>
/// Keeps time for the links, and hands on what they tell: to <see cref="Members"/>, and to the coordinators, whose requests wait for nobody
/// that is gone. Compares the nodes' clocks. Tells of strangers. Takes addresses back from askers that have ended.
/// </summary>
internal sealed class LinksActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _tickInterval = TimeSpan.FromMilliseconds(250);

    private readonly Switchboard _board;
    private readonly ClockWatch _clocks;
    private readonly StrangersWatch _strangers;

    public LinksActor(Switchboard board, IActorRef members, IActorRef[] coordinators)
    {
        _board = board;
        var log = Context.GetLogger();
        _clocks = new ClockWatch((level, line) => log.Log(level, null, line));
        _strangers = new StrangersWatch(line => log.Warning(line));
        Receive<Tick>(_ => OnTick());
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

    private void OnTick()
    {
        var now = Context.System.Scheduler.HighResMonotonicClock;
        _board.Links.Tick(now);
        _strangers.Look(_board.Links.TurnedAway, now);
        _board.CompareClocks();
        foreach (var (peer, ahead, within) in _board.ClocksAhead) _clocks.Look(
            $"The clock of {peer}", ahead, "this node's",
            "what expires goes by the middle one of all nodes' clocks, last-write-wins and Last-Modified by each node's own. Set it right",
            within);
        _clocks.Look(
            "The machine's clock", -_board.AheadOfWall, "what this node has used already",
            "this node's own goes on from there. Set it right");
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
