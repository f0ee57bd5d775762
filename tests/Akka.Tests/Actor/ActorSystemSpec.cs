using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Actor;

public sealed class ActorSystemSpec : ActorSpec
{
    [Fact]
    public void Messages_of_one_teller_arrive_in_order_under_load()
    {
        const int Tellers = 8;
        const int Each = 20_000;
        IActorRef receiver = ActorOf(() => new OrderChecker(Tellers, Each, TestActor));
        for (int teller = 0; teller < Tellers; teller++)
            ActorOf(() => new Counter(receiver, Each)).Tell(teller);
        ExpectMsg("all in order", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_ask_is_answered_by_the_first_answer_and_a_second_one_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        (await ActorOf(() => new Twice()).Ask<int>("question")).ShouldBe(1);
        ExpectMsg<DeadLetter>(letter => letter.Message is 2);
    }

    [Fact]
    public async Task An_ask_fails_with_the_cause_that_it_is_answered_with()
    {
        Task<int> asked = ActorOf(() => new Refuser()).Ask<int>("question");
        (await Should.ThrowAsync<InvalidOperationException>(asked)).Message.ShouldBe("refused");
    }

    [Fact]
    public async Task An_ask_answered_with_another_type_says_which()
    {
        Task<string> asked = ActorOf(() => new Twice()).Ask<string>("question");
        (await Should.ThrowAsync<ArgumentException>(asked)).Message.ShouldContain("System.Int32 where System.String");
    }

    [Fact]
    public async Task An_ask_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        Task<int> asked = TestActor.Ask<int>("question", cancellation.Token);
        ExpectMsg("question");
        await cancellation.CancelAsync();
        await Should.ThrowAsync<TaskCanceledException>(asked);
    }

    [Fact]
    public async Task The_reference_that_takes_an_answer_can_be_found_by_its_path_until_it_has_one()
    {
        Task<string> asked = TestActor.Ask<string>("question");
        ExpectMsg("question");
        IActorRefProvider provider = ((ExtendedActorSystem)Sys).Provider;
        string path = LastSender.Path.ToSerializationFormat();
        provider.ResolveActorRef(path).ShouldBeSameAs(LastSender);
        provider.ResolveActorRef(path).Tell("answer", ActorRefs.NoSender);
        (await asked).ShouldBe("answer");
        provider.ResolveActorRef(path).ShouldBeOfType<EmptyLocalActorRef>();
    }

    [Fact]
    public async Task A_selection_reaches_by_full_path_by_relative_path_and_by_pattern()
    {
        IActorRef parent = ActorOf(() => new Family(), "parent");
        (await parent.Ask<string>("ready?")).ShouldBe("ready");
        foreach (string path in new[] { "/user/parent/a", "akka://test/user/parent/a", "/user/parent/b/../a" })
            (await Sys.ActorSelection(path).ResolveOne(TimeSpan.FromSeconds(60))).Path.Name.ShouldBe("a");
        Sys.ActorSelection("/user/parent/*").Tell("name");
        ExpectMsgAllOf("a", "b");
        Sys.ActorSelection("/user/parent/a*").Tell("name");
        ExpectMsg("a");
    }

    [Fact]
    public async Task A_selection_of_nobody_fails_to_resolve_and_loses_messages_as_dead_letters()
    {
        await Should.ThrowAsync<ActorNotFoundException>(Sys.ActorSelection("/user/nobody").ResolveOne(TimeSpan.FromSeconds(60)));
        EventFilter.DeadLetter<string>("akka://test/user/nobody").ExpectOne(() => Sys.ActorSelection("/user/nobody").Tell("hello"));
    }

    [Fact]
    public void A_stopped_actors_messages_are_dead_letters_and_poison_pills_suppressed_ones()
    {
        IActorRef actor = ActorOf(() => new Twice());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        actor.Tell("late");
        ExpectMsg<DeadLetter>(letter => letter.Recipient.Equals(actor) && letter.Sender.Equals(TestActor) && letter.Message is "late");
        actor.Tell(PoisonPill.Instance);
        ExpectMsg<SuppressedDeadLetter>(letter => letter.Message is PoisonPill);
        actor.Tell(new Identify(1));
        ExpectMsg<ActorIdentity>(identity => identity.Subject is null && identity.MessageId is 1);
    }

    [Fact]
    public void Props_find_the_constructor_that_takes_their_arguments_or_say_that_there_is_none()
    {
        Sys.ActorOf(Props.Create<OrderChecker>(1, 0, TestActor)).ShouldNotBeNull();
        ExpectMsg("all in order");
        EventFilter.Exception<ActorInitializationException>(contains: "no constructor that takes (String)")
            .ExpectOne(() => Sys.ActorOf(Props.Create<OrderChecker>("wrong")));
        Should.Throw<ArgumentException>(() => Props.Create(typeof(string))).Message.ShouldContain("is no actor");
        Should.Throw<ArgumentException>(() => Props.Create(() => Make())).Message.ShouldContain("one call of a constructor");
    }

    [Theory]
    [InlineData("")]
    [InlineData("$own")]
    [InlineData("with/slash")]
    [InlineData("with space")]
    [InlineData("bad%2")]
    public void A_name_that_is_none_is_refused(string name) =>
        Should.Throw<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Twice>(), name));

    [Fact]
    public void Null_is_no_message() =>
        Should.Throw<InvalidMessageException>(() => TestActor.Tell(null!)).Message.ShouldContain("Null was told");

    [Fact]
    public async Task A_terminated_system_takes_no_more_actors()
    {
        await Sys.Terminate();
        Sys.WhenTerminated.IsCompletedSuccessfully.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Sys.ActorOf<Twice>());
    }

    [Fact]
    public void An_extension_is_made_once()
    {
        Sys.HasExtension<Numbered>().ShouldBeFalse();
        Numbered first = new NumberedId().Get(Sys);
        new NumberedId().Apply(Sys).ShouldBeSameAs(first);
        Sys.GetExtension<Numbered>().ShouldBeSameAs(first);
    }

    [Fact]
    public async Task A_system_that_has_ended_by_itself_still_runs_the_tasks_of_its_shutdown()
    {
        bool ran = false;
        CoordinatedShutdown.Get(Sys).AddTask(CoordinatedShutdown.PhaseServiceStop, "close files", () =>
        {
            ran = true;
            return Task.FromResult(Done.Instance);
        });
        await ((ActorSystemImpl)Sys).StopActors().WaitAsync(TimeSpan.FromSeconds(60));
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(TimeSpan.FromSeconds(60));
        ran.ShouldBeTrue();
    }

    private static Twice Make() => throw new InvalidOperationException();

    private sealed class Numbered : IExtension;

    private sealed class NumberedId : ExtensionIdProvider<Numbered>
    {
        public override Numbered CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed record Numbering(int Teller, int Number);

    private sealed class Counter : ReceiveActor
    {
        public Counter(IActorRef receiver, int count) => Receive<int>(teller =>
        {
            for (int i = 0; i < count; i++)
                receiver.Tell(new Numbering(teller, i));
        });
    }

    private sealed class OrderChecker : ReceiveActor
    {
        public OrderChecker(int tellers, int each, IActorRef probe)
        {
            var next = new int[tellers];
            int left = tellers * each;
            if (left == 0)
                probe.Tell("all in order");
            Receive<Numbering>(n =>
            {
                if (next[n.Teller]++ != n.Number)
                    probe.Tell($"{n} came where {next[n.Teller] - 1} was due");
                if (--left == 0)
                    probe.Tell("all in order");
            });
        }
    }

    private sealed class Twice : ReceiveActor
    {
        public Twice() => ReceiveAny(_ =>
        {
            Sender.Tell(1);
            Sender.Tell(2);
        });
    }

    private sealed class Refuser : ReceiveActor
    {
        public Refuser() => ReceiveAny(_ => Sender.Tell(new Status.Failure(new InvalidOperationException("refused"))));
    }

    private sealed class Family : ReceiveActor
    {
        public Family()
        {
            foreach (string name in new[] { "a", "b" })
                Context.ActorOf(Props.Create(() => new Named()), name);
            ReceiveAny(_ => Sender.Tell("ready"));
        }
    }

    private sealed class Named : ReceiveActor
    {
        public Named() => Receive<string>(_ => Sender.Tell(Self.Path.Name));
    }
}
