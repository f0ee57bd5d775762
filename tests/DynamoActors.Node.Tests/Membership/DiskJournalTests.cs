using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using DynamoActors.Node.Hosting;
using DynamoActors.Node.Membership;
using DynamoActors.Storage.Files;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>What Akka.Persistence expects of a journal, asked by a persistent actor.</summary>
public sealed class DiskJournalTests : IDisposable
{
    private readonly MemoryFileSystem _files = new();
    private readonly List<TestKit> _kits = [];

    public void Dispose() => _kits.ForEach(kit => kit.Shutdown());

    [Fact]
    public void What_was_persisted_is_recovered_in_order_by_the_next_process()
    {
        var (kit, actor) = Start("ring");
        kit.ExpectMsg("recovered 0: ");
        foreach (string name in new[] { "a", "b", "c" })
        {
            actor.Tell(Moved(name), kit.TestActor);
            kit.ExpectMsg($"stored {name}");
        }

        var (later, _) = Start("ring");

        later.ExpectMsg("recovered 3: a b c");
    }

    [Fact]
    public void Several_events_at_once_are_one_write()
    {
        var (kit, actor) = Start("ring");
        kit.ExpectMsg("recovered 0: ");
        actor.Tell(new[] { Moved("a"), Moved("b") }, kit.TestActor);
        kit.ExpectMsg("stored a");
        kit.ExpectMsg("stored b");

        Start("ring").Kit.ExpectMsg("recovered 2: a b");
    }

    [Fact]
    public void Each_persistence_id_has_a_file_of_its_own_within_the_directory_whatever_its_letters()
    {
        foreach (string id in new[] { "ring", "../ring", "a/b" })
        {
            var (kit, actor) = Start(id);
            kit.ExpectMsg("recovered 0: ");
            actor.Tell(Moved(id), kit.TestActor);
            kit.ExpectMsg($"stored {id}");
        }

        _files.List("journal").Order(StringComparer.Ordinal).ShouldBe(["%2E%2E%2Fring.journal", "a%2Fb.journal", "ring.journal"]);
        Start("../ring").Kit.ExpectMsg("recovered 1: ../ring");
    }

    [Fact]
    public void A_power_cut_leaves_what_was_acknowledged()
    {
        var (kit, actor) = Start("ring");
        kit.ExpectMsg("recovered 0: ");
        actor.Tell(Moved("a"), kit.TestActor);
        kit.ExpectMsg("stored a");

        Start("ring", _files.AfterPowerLoss(new Random(1))).Kit.ExpectMsg("recovered 1: a");
    }

    [Fact]
    public void After_a_failed_write_the_file_is_read_again_before_anything_else_is_written()
    {
        var (kit, actor) = Start("ring");
        kit.ExpectMsg("recovered 0: ");
        actor.Tell(Moved("a"), kit.TestActor);
        kit.ExpectMsg("stored a");

        kit.Watch(actor);
        _files.Before = operation => throw new IOException("no space left on device");
        actor.Tell(Moved("b"), kit.TestActor);
        kit.ExpectTerminated(actor);
        _files.Before = null;
        var again = kit.Sys.ActorOf(Props.Create(() => new Names("ring", kit.TestActor)));

        kit.ExpectMsg("recovered 1: a");
        again.Tell(Moved("c"), kit.TestActor);
        kit.ExpectMsg("stored c");
        Start("ring").Kit.ExpectMsg("recovered 2: a c");
    }

    private static MemberMoved Moved(string name) => new(name, "akka.tcp://dynamo@h:1", "h:2", "h:3");

    private (TestKit Kit, IActorRef Actor) Start(string id, MemoryFileSystem? files = null)
    {
        var kit = new TestKit(ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(DynamoNode.Configuration), new DiskJournalSetup(files ?? _files, "journal")));
        _kits.Add(kit);
        return (kit, kit.Sys.ActorOf(Props.Create(() => new Names(id, kit.TestActor))));
    }

    /// <summary>Remembers names.</summary>
    private sealed class Names : ReceivePersistentActor
    {
        private readonly List<string> _names = [];

        public Names(string id, IActorRef test)
        {
            PersistenceId = id;
            Recover<MemberMoved>(moved => _names.Add(moved.Name));
            Recover<RecoveryCompleted>(_ => test.Tell($"recovered {LastSequenceNr}: {string.Join(' ', _names)}"));
            Command<MemberMoved>(moved => Persist(moved, stored => test.Tell($"stored {stored.Name}")));
            Command<MemberMoved[]>(several => PersistAll(several, stored => test.Tell($"stored {stored.Name}")));
        }

        public override string PersistenceId { get; }
    }
}
