using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Embedded.Persistence;
using Akka.Persistence;

namespace Akka.Tests.Persisting;

public sealed class PersistentActorSpec : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly MemoryFiles _files = new();
    private readonly List<ActorSystem> _systems = [];

    [Theory]
    [InlineData("inmem")]
    [InlineData("file")]
    public async Task Events_survive_the_actor(string journal)
    {
        var system = Start(journal);
        var first = Journalist(system);
        await Tell(first, "a", "b", "c");
        await Stop(first);

        var again = Journalist(system);

        (await State(again)).ShouldBe("a b c | recovered 3");
    }

    [Fact]
    public async Task Events_survive_the_system()
    {
        await Tell(Journalist(Start("file")), "a", "b");

        (await State(Journalist(Start("file")))).ShouldBe("a b | recovered 2");
    }

    [Fact]
    public async Task A_snapshot_stands_for_the_events_before_it()
    {
        var actor = Journalist(Start("file"));
        await Tell(actor, "a", "b");
        await Ask(actor, "snapshot");
        await Tell(actor, "c");
        await Ask(actor, "delete 2");

        (await State(Journalist(Start("file")))).ShouldBe("[a b] c | recovered 3");
        _files.List().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_damaged_snapshot_gives_way_to_the_one_before_it()
    {
        var actor = Journalist(Start("file"));
        await Tell(actor, "a");
        await Ask(actor, "snapshot");
        await Tell(actor, "b");
        await Ask(actor, "snapshot");
        string newest = _files.List().Last(name => name.EndsWith(".snapshot", StringComparison.Ordinal));
        _files[newest] = [.. _files[newest][..^1], 0x55];

        (await State(Journalist(Start("file")))).ShouldBe("[a] b | recovered 2");
    }

    [Fact]
    public async Task A_damaged_snapshot_whose_events_are_deleted_fails_recovery()
    {
        var actor = Journalist(Start("file"));
        await Tell(actor, "a", "b");
        await Ask(actor, "snapshot");
        await Ask(actor, "delete 2");
        string snapshot = _files.List().Single(name => name.EndsWith(".snapshot", StringComparison.Ordinal));
        _files[snapshot] = [.. _files[snapshot][..^1], 0x55];

        var failure = new TaskCompletionSource<Exception>();
        Start("file").ActorOf(Props.Create(() => new JournalActor(failure)));

        (await failure.Task.WaitAsync(_patience)).Message.ShouldContain("the events 1 to 2");
    }

    [Fact]
    public async Task The_end_of_a_watched_actor_is_not_lost_while_an_event_is_written()
    {
        var actor = Journalist(Start("file"));
        await State(actor);
        _files.Appends.Reset();
        var ended = Ask(actor, "watch");
        // Answered by the actor's cell although commands wait: by the second answer the child's end has been received, and waits too.
        await actor.Ask<ActorIdentity>(new Identify(1), _patience);
        await actor.Ask<ActorIdentity>(new Identify(2), _patience);

        _files.Appends.Set();

        (await ended).ShouldBe("watched actor ended after w");
    }

    [Fact]
    public async Task A_command_sees_the_events_of_those_before_it()
    {
        var actor = Journalist(Start("file"));
        await State(actor);
        _files.Appends.Reset();
        var first = Ask(actor, "a");
        var state = State(actor);
        await actor.Ask<ActorIdentity>(new Identify(1), _patience);

        _files.Appends.Set();

        await first;
        (await state).ShouldStartWith("a |");
    }

    [Fact]
    public async Task Commands_wait_while_an_event_is_written_and_keep_their_order()
    {
        var actor = Journalist(Start("file"));
        var answers = Enumerable.Range(0, 200).Select(i => Ask(actor, $"e{i}")).ToArray();
        await Task.WhenAll(answers);

        (await State(actor)).ShouldStartWith(string.Join(' ', Enumerable.Range(0, 200).Select(i => $"e{i}")) + " |");
        answers.Select(a => a.Result).ShouldBe(Enumerable.Range(0, 200).Select(i => $"e{i} at {i + 1}"));
    }

    [Fact]
    public async Task Events_persisted_together_are_handled_in_order_and_the_sender_is_kept()
    {
        var actor = Journalist(Start("file"));

        (await Ask(actor, "all x,y,z")).ShouldBe("z at 3");
        (await State(actor)).ShouldStartWith("x y z |");
    }

    [Fact]
    public async Task An_event_that_nothing_serialises_is_rejected_and_the_actor_goes_on()
    {
        var actor = Journalist(Start("file"));

        (await Ask(actor, "unserialisable")).ShouldStartWith("rejected");
        (await Ask(actor, "a")).ShouldBe("a at 2");
        (await State(Journalist(Start("file")))).ShouldBe("a | recovered 2");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task A_failed_write_stops_the_actor_and_the_next_one_recovers_what_is_whole(int bytesWritten)
    {
        var system = Start("file");
        var actor = Journalist(system);
        await Tell(actor, "a");
        _files.NextAppendFailsAfter = bytesWritten;

        (await Ask(actor, "b")).ShouldBe("failed no space left");
        await Stopped(actor);

        var again = Journalist(system);
        (await State(again)).ShouldBe("a | recovered 1");
        (await Ask(again, "c")).ShouldBe("c at 2");
    }

    [Fact]
    public async Task A_failing_handler_restarts_the_actor_from_its_events()
    {
        var actor = Journalist(Start("file"));
        await Tell(actor, "a");
        actor.Tell("crash", ActorRefs.NoSender);

        (await State(actor)).ShouldBe("a | recovered 1");
    }

    [Fact]
    public async Task A_damaged_journal_stops_the_actor_and_says_where()
    {
        var actor = Journalist(Start("file"));
        await Tell(actor, "a", "b");
        string name = _files.List().Single();
        byte[] damaged = _files[name];
        damaged[20] ^= 1;
        _files[name] = damaged;

        var failure = new TaskCompletionSource<Exception>();
        var broken = Start("file").ActorOf(Props.Create(() => new JournalActor(failure)));

        (await failure.Task.WaitAsync(_patience)).ShouldBeOfType<JournalDamagedException>().Offset.ShouldBe(8);
        await Stopped(broken);
    }

    [Fact]
    public async Task Behaviours_change_with_become()
    {
        var actor = Journalist(Start("inmem"));

        (await Ask(actor, "become")).ShouldBe("other");
        (await Ask(actor, "anything")).ShouldBe("other anything");
    }

    [Fact]
    public void A_plugin_that_is_not_there_is_named()
    {
        var system = Start("nowhere");

        Should.Throw<ConfigurationException>(() => Akka.Persistence.Persistence.Instance.Apply(system).JournalFor(""))
            .Message.ShouldContain("akka.persistence.journal.nowhere");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems) await system.Terminate().WaitAsync(_patience);
    }

    private static IActorRef Journalist(ActorSystem system) => system.ActorOf(Props.Create(() => new JournalActor(null)));

    private static async Task Tell(IActorRef actor, params string[] events)
    {
        foreach (string @event in events) await Ask(actor, @event);
    }

    private static Task<string> Ask(IActorRef actor, string command) => actor.Ask<string>(command, _patience);

    private static Task<string> State(IActorRef actor) => Ask(actor, "state");

    private static Task Stop(IActorRef actor) => actor.GracefulStop(_patience);

    private static async Task Stopped(IActorRef actor) => (await actor.GracefulStop(_patience)).ShouldBeTrue();

    private ActorSystem Start(string journal)
    {
        var config = ConfigurationFactory.ParseString($$"""
            akka.loglevel = OFF
            akka.persistence.journal.plugin = "akka.persistence.journal.{{journal}}"
            """);
        var system = ActorSystem.Create("test", ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(config), new JournalFilesSetup(_ => _files)));
        _systems.Add(system);
        return system;
    }
}
