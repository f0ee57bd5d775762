using DynamoActors.Links.Transport;
using DynamoActors.Simulation.Engine;

namespace DynamoActors.Simulation.Tests;

/// <summary>The network's own rules, with machines that send each other numbers.</summary>
public sealed class SimulatedNetworkTests
{
    private const int Port = 1;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    // Nobody loses patience with a blocked link before that, and everybody has some time after it.
    private static readonly TimeSpan _belowPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _abovePatience = TimeSpan.FromSeconds(61);

    [Fact]
    public void Connection_on_which_packets_are_lost_brings_everything_late_and_in_order_and_once()
    {
        var net = new Net(seed: 1, "near", "far");
        var line = net.Open("near", "far");
        net.Link("near", "far").Loss = 0.2;
        for (int number = 0; number < 300; number++)
        {
            line.Near.Send(number);
            net.World.RunFor(TimeSpan.FromMilliseconds(10));
        }
        net.World.RunFor(TimeSpan.FromMinutes(1));

        line.Far.Numbers.ShouldBe(Enumerable.Range(0, 300));
        line.Far.Times.Select((at, number) => at - line.Near.SentAt[number]).Max()
            .ShouldBeGreaterThan(TimeSpan.FromMilliseconds(200), "no packet was lost, or none was waited for");
    }

    [Fact]
    public void What_is_sent_to_two_machines_arrives_in_any_order()
    {
        var net = new Net(seed: 2, "near", "far", "other");
        var (slow, usual) = (net.Open("near", "far"), net.Open("near", "other"));
        net.Link("near", "far").Delay = (TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        for (int number = 0; number < 100; number++)
        {
            slow.Near.Send(number);
            usual.Near.Send(number);
            net.World.RunFor(TimeSpan.FromMilliseconds(1));
        }
        net.World.RunFor(_soon);

        slow.Far.Numbers.ShouldBe(Enumerable.Range(0, 100));
        usual.Far.Numbers.ShouldBe(Enumerable.Range(0, 100));
        slow.Far.Times.Zip(usual.Far.Times).Count(pair => pair.First > pair.Second).ShouldBeInRange(10, 100);
        net.Inversions(usual.Far, slow.Far).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Two_connections_between_two_machines_do_not_wait_for_each_other()
    {
        var net = new Net(seed: 3, "near", "far");
        var (one, two) = (net.Open("near", "far"), net.Open("near", "far"));
        net.Link("near", "far").Delay = (TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        for (int number = 0; number < 100; number++) (number % 2 == 0 ? one : two).Near.Send(number);
        net.World.RunFor(_soon);

        one.Far.Numbers.ShouldBe(Enumerable.Range(0, 50).Select(number => 2 * number));
        two.Far.Numbers.ShouldBe(Enumerable.Range(0, 50).Select(number => (2 * number) + 1));
        net.Inversions(one.Far, two.Far).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Connection_goes_on_with_all_that_waited_or_breaks_when_a_blocked_link_opens()
    {
        int broken = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            var net = new Net(seed, "near", "far");
            var line = net.Open("near", "far");
            net.World.Network.Block(net["near"], net["far"]);
            for (int number = 0; number < 10; number++) line.Near.Send(number);
            net.World.RunFor(_belowPatience);
            line.Far.Numbers.ShouldBeEmpty();
            net.World.Network.Unblock(net["near"], net["far"]);
            net.World.RunFor(_soon);
            if (line.Far.IsClosed) broken++;
            line.Far.Numbers.ShouldBe(line.Far.IsClosed ? [] : Enumerable.Range(0, 10));
            line.Near.IsClosed.ShouldBe(line.Far.IsClosed);
        }
        broken.ShouldBeInRange(6, 36);
    }

    [Fact]
    public void Link_that_stays_blocked_breaks_its_connections()
    {
        var net = new Net(seed: 4, "near", "far");
        var line = net.Open("near", "far");
        net.World.Network.Block(net["near"], net["far"]);
        line.Near.Send(1);
        net.World.RunFor(_abovePatience);
        (line.Near.IsClosed, line.Far.IsClosed).ShouldBe((true, true));
        line.Far.Numbers.ShouldBeEmpty();
    }

    [Fact]
    public void One_way_link_carries_what_goes_the_other_way_and_makes_no_connection()
    {
        var net = new Net(seed: 5, "near", "far");
        var line = net.Open("near", "far");
        net.World.Network.Block(net["near"], net["far"]);
        line.Near.Send(1);
        line.Far.Send(2);
        var (there, back) = (net.Dial("near", "far"), net.Dial("far", "near"));
        net.World.RunFor(_belowPatience);
        line.Far.Numbers.ShouldBeEmpty();
        line.Near.Numbers.ShouldBe([2]);
        (there.Outcome, back.Outcome).ShouldBe(("nothing", "nothing"));
    }

    [Fact]
    public void Link_opens_when_the_last_of_several_blocks_is_gone()
    {
        var net = new Net(seed: 6, "near", "far");
        var (near, far) = (net["near"], net["far"]);
        net.World.Network.Block(near, far);
        net.World.Network.Block(near, far);
        net.World.Network.Unblock(near, far);
        net.Link("near", "far").IsBlocked.ShouldBeTrue();
        net.World.Network.Unblock(near, far);
        net.Link("near", "far").IsBlocked.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => net.World.Network.Unblock(near, far));
    }

    [Fact]
    public void Reset_loses_what_is_on_the_way_tells_both_ends_and_the_next_connection_is_made()
    {
        var net = new Net(seed: 7, "near", "far");
        var line = net.Open("near", "far");
        line.Near.Send(1);
        net.World.Network.Reset(net["near"], net["far"]);
        net.World.RunFor(_soon);
        line.Far.Numbers.ShouldBeEmpty();
        (line.Near.Error, line.Far.Error).ShouldSatisfyAllConditions(
            ends => ends.Item1.ShouldNotBeNull(), ends => ends.Item2.ShouldNotBeNull());
        var next = net.Open("near", "far");
        next.Near.Send(2);
        net.World.RunFor(_soon);
        next.Far.Numbers.ShouldBe([2]);
    }

    [Fact]
    public void Process_that_dies_resets_its_connections_and_a_machine_without_power_says_nothing_until_it_is_back()
    {
        var net = new Net(seed: 8, "near", "far", "other");
        var (killed, silent) = (net.Open("near", "far"), net.Open("near", "other"));
        net["far"].Process!.Kill(silently: false);
        net["other"].Process!.Kill(silently: true);
        silent.Near.Send(1);
        net.World.RunFor(_abovePatience);
        killed.Near.IsClosed.ShouldBeTrue();
        silent.Near.IsClosed.ShouldBeFalse();
        net["other"].StartProcess();
        silent.Near.Send(2);
        net.World.RunFor(_soon);
        silent.Near.Error.ShouldNotBeNull();
        (killed.Far.IsClosed, silent.Far.IsClosed, silent.Far.Numbers.Count).ShouldBe((false, false, 0), "a dead process is told nothing");
    }

    [Fact]
    public void Machine_that_stands_still_takes_what_arrived_when_it_goes_on()
    {
        var net = new Net(seed: 9, "near", "far");
        var line = net.Open("near", "far");
        net["far"].Pause();
        line.Near.Send(1);
        net.World.RunFor(_abovePatience);
        line.Far.Numbers.ShouldBeEmpty();
        net["far"].Resume();
        net.World.RunFor(_soon);
        line.Far.Numbers.ShouldBe([1]);
    }

    [Fact]
    public void Sender_waits_for_a_receiver_that_takes_nothing()
    {
        var net = new Net(seed: 10, "near", "far");
        var line = net.Open("near", "far");
        net["far"].Pause();
        line.Near.Send(new byte[300 * 1024]).ShouldBeFalse();
        net.World.RunFor(_soon);
        line.Near.TimesSent.ShouldBe(0);
        net["far"].Resume();
        net.World.RunFor(_soon);
        line.Near.TimesSent.ShouldBe(1);
        line.Far.Numbers.Count.ShouldBe(300 * 1024 / sizeof(int));
    }

    [Fact]
    public void Who_dials_where_nobody_listens_is_refused_and_where_nobody_is_left_gets_no_answer()
    {
        var net = new Net(seed: 11, "near", "far", "dark", "moved");
        net["dark"].Process!.Kill(silently: true);
        net["moved"].Process!.Kill(silently: false);
        net["moved"].MoveTo("elsewhere");
        net.Start("moved");
        string[] hosts = ["nowhere", "dark", "moved", "elsewhere"];
        var dialled = hosts.Select(host => net.Dial("near", host)).ToList();
        var deaf = net.Dial("near", "far", Port + 1);
        net.World.RunFor(_soon);
        dialled.Select(one => one.Outcome).ShouldBe(["failed", "nothing", "nothing", "connected"]);
        deaf.Outcome.ShouldBe("failed");
    }

    private sealed class Net
    {
        private readonly Queue<End> _accepted = [];

        public Net(int seed, params string[] hosts)
        {
            World = new SimulatedWorld(seed);
            foreach (string host in hosts)
            {
                World.AddHost(host);
                Start(host);
            }
        }

        public SimulatedWorld World { get; }

        public SimulatedHost this[string name] => World.Hosts.First(host => host.Name == name);

        public SimulatedLink Link(string from, string to) => World.Network.Link(this[from], this[to]);

        public void Start(string host) => this[host].StartProcess().Transport.Listen(this[host].Address, Port, connection =>
        {
            var end = new End(World) { Connection = connection };
            _accepted.Enqueue(end);
            return end;
        });

        public Dialled Dial(string from, string to, int port = Port)
        {
            var dialled = new Dialled();
            this[from].Process!.Transport.Connect(to, port, connection =>
            {
                dialled.Outcome = "connected";
                dialled.End = new End(World) { Connection = connection };
                connection.Open(dialled.End);
            }, _ => dialled.Outcome = "failed");
            return dialled;
        }

        public (End Near, End Far) Open(string from, string to)
        {
            var dialled = Dial(from, to);
            World.RunUntil(() => dialled.Outcome != "nothing" && _accepted.Count > 0, _soon).ShouldBeTrue();
            return (dialled.End!, _accepted.Dequeue());
        }

        /// <summary>How often a number arrived at one before a smaller one did at the other.</summary>
        public int Inversions(End one, End other) => one.Numbers.Zip(one.Times)
            .Sum(mine => other.Numbers.Zip(other.Times).Count(theirs => theirs.First < mine.First && theirs.Second > mine.Second));
    }

    private sealed class Dialled
    {
        public string Outcome { get; set; } = "nothing";

        public End? End { get; set; }
    }

    private sealed class End(SimulatedWorld world) : ITransportHandler
    {
        private readonly byte[] _buffer = new byte[64];
        private readonly List<byte> _arrived = [];

        public required ITransportConnection Connection { get; init; }

        public List<int> Numbers { get; } = [];

        /// <summary>When each of them arrived.</summary>
        public List<TimeSpan> Times { get; } = [];

        public List<TimeSpan> SentAt { get; } = [];

        public int TimesSent { get; private set; }

        public bool IsClosed { get; private set; }

        public Exception? Error { get; private set; }

        public Memory<byte> ReceiveBuffer => _buffer;

        public void Send(int number)
        {
            SentAt.Add(world.Now);
            Send(BitConverter.GetBytes(number)).ShouldBeTrue();
        }

        public bool Send(byte[] bytes) => Connection.Send([new ArraySegment<byte>(bytes)]);

        public void Received(int count)
        {
            _arrived.AddRange(_buffer.AsSpan(0, count));
            while (_arrived.Count >= sizeof(int))
            {
                Numbers.Add(BitConverter.ToInt32([.. _arrived.Take(sizeof(int))]));
                Times.Add(world.Now);
                _arrived.RemoveRange(0, sizeof(int));
            }
        }

        public void Sent() => TimesSent++;

        public void Closed(Exception? error) => (IsClosed, Error) = (true, error);
    }
}
