using DynamoActors.Core.Ring;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Membership;

public class RingAgreementTests
{
    private static readonly string[] _names = ["a", "b", "c"];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Two_rings_are_never_committed_for_one_epoch(int seed, bool isFirst)
    {
        var random = new Random(seed);
        var network = new Network(random, isFirst ? null : Ring(weight: 1));
        for (int step = 0; step < 400; step++) network.Step(loss: 0.15, duplication: 0.1);
        network.Committed.Distinct().Count().ShouldBeLessThanOrEqualTo(1, $"seed {seed}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_proposer_alone_commits_what_it_wanted(bool isFirst)
    {
        var network = new Network(new Random(1), isFirst ? null : Ring(weight: 1));
        network.Propose("b", weight: 3);
        while (network.HasMessages) network.Deliver();
        network.Committed.ShouldHaveSingleItem().Members[0].Weight.ShouldBe(3);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_change_needs_a_majority_of_the_ring_before_it(int nodes, bool isCommitted)
    {
        var network = new Network(new Random(1), Ring(weight: 1)) { Dead = [.. _names.Skip(nodes)] };
        network.Propose("a", weight: 3);
        while (network.HasMessages) network.Deliver();

        (network.Committed.Count == 1).ShouldBe(isCommitted);
    }

    [Fact]
    public void Who_is_not_in_the_ring_before_has_no_say()
    {
        var before = Ring(weight: 1);
        var proposal = new RingProposal(new Ballot(1, "a"), Next(before, 2), RingElectorate.Of(before, Next(before, 2)));
        proposal.Promised("a", Ballot.None, null);
        proposal.Promised("newcomer", Ballot.None, null);
        proposal.Phase.ShouldBe(ProposalPhase.Preparing);
        proposal.Promised("c", Ballot.None, null);
        proposal.Phase.ShouldBe(ProposalPhase.Accepting);
    }

    [Fact]
    public void A_later_proposer_takes_over_what_one_member_had_accepted()
    {
        var first = Ring(weight: 1);
        var proposal = new RingProposal(new Ballot(2, "b"), Ring(weight: 2), RingElectorate.Of(before: null, first));
        proposal.Promised("a", new Ballot(1, "a"), first);
        proposal.Promised("b", Ballot.None, null);
        proposal.Phase.ShouldBe(ProposalPhase.Preparing);
        proposal.Promised("c", Ballot.None, null);
        proposal.Phase.ShouldBe(ProposalPhase.Accepting);
        proposal.Ring.ShouldBeSameAs(first);
    }

    [Fact]
    public void An_acceptor_refuses_a_ballot_below_its_promise()
    {
        var acceptor = RingAcceptor.For(1).Promise(new Ballot(2, "b"))!;
        acceptor.Accept(new Ballot(1, "z"), Ring(1)).ShouldBeNull();
        acceptor.Promise(new Ballot(2, "a")).ShouldBeNull();
        acceptor.Accept(new Ballot(2, "b"), Ring(1)).ShouldNotBeNull();
    }

    public static TheoryData<int, bool> Seeds()
    {
        var seeds = new TheoryData<int, bool>();
        foreach (int seed in Enumerable.Range(1, 60))
        {
            seeds.Add(seed, true);
            seeds.Add(seed, false);
        }
        return seeds;
    }

    private static PartitionTable Ring(double weight) =>
        PartitionTable.Assign([.. _names.Select(name => new RingMember(name, $"akka.tcp://dynamo@{name}:1", "", "", weight))], 8, 3,
            previous: null);

    private static PartitionTable Next(PartitionTable before, double weight) =>
        PartitionTable.Assign([.. before.Members.Select(member => member with { Weight = weight })], 8, 3, before);

    /// <summary>Three ring keepers reduced to their decisions, and every message between them in a bag.</summary>
    private sealed class Network
    {
        private readonly Random _random;
        private readonly PartitionTable? _before;
        private readonly Dictionary<string, RingAcceptor> _acceptors;
        private readonly Dictionary<string, RingFormation> _formations;
        private readonly List<(string To, string From, object Message)> _messages = [];
        private int _weights;

        public Network(Random random, PartitionTable? before)
        {
            _random = random;
            _before = before;
            _acceptors = _names.ToDictionary(name => name, _ => RingAcceptor.For(Epoch));
            _formations = _names.ToDictionary(name => name, name =>
                new RingFormation(name, (to, message) => _messages.Add((to, name, message))));
        }

        public List<PartitionTable> Committed { get; } = [];
        public bool HasMessages => _messages.Count > 0;
        public string[] Dead { get; init; } = [];

        private ulong Epoch => (_before?.Epoch ?? 0) + 1;

        public void Step(double loss, double duplication)
        {
            string someone = _names[_random.Next(_names.Length)];
            int what = _random.Next(20);
            if (what == 0) Propose(someone, ++_weights);
            else if (what == 1) _formations[someone].Retry();
            else if (what == 2) _formations[someone].Abandon();
            else if (HasMessages)
            {
                if (_random.NextDouble() < duplication) _messages.Add(_messages[_random.Next(_messages.Count)]);
                if (_random.NextDouble() < loss) _messages.RemoveAt(_random.Next(_messages.Count));
                else Deliver();
            }
        }

        public void Propose(string name, double weight) => _formations[name]
            .Propose(_before is null ? Ring(weight) : Next(_before, weight), _before, _acceptors[name].Promised);

        public void Deliver()
        {
            int index = _random.Next(_messages.Count);
            var (to, from, message) = _messages[index];
            _messages.RemoveAt(index);
            if (Dead.Contains(to)) return;
            switch (message)
            {
                case PrepareRing prepare when _acceptors[to].Promise(prepare.Ballot) is { } promised:
                    _acceptors[to] = promised;
                    _messages.Add((from, to, new RingPromised(to, Epoch, prepare.Ballot, promised.Accepted, promised.Ring)));
                    break;
                case PrepareRing:
                    _messages.Add((from, to, new RingRejected(to, Epoch, _acceptors[to].Promised)));
                    break;
                case AcceptRing accept when _acceptors[to].Accept(accept.Ballot, accept.Ring) is { } accepted:
                    _acceptors[to] = accepted;
                    _messages.Add((from, to, new RingAccepted(to, Epoch, accept.Ballot)));
                    break;
                case AcceptRing:
                    _messages.Add((from, to, new RingRejected(to, Epoch, _acceptors[to].Promised)));
                    break;
                case RingPromised promised: _formations[to].OnPromised(promised); break;
                case RingRejected rejected: _formations[to].OnRejected(rejected); break;
                case RingAccepted accepted when _formations[to].OnAccepted(accepted) is { } ring: Committed.Add(ring); break;
            }
        }
    }
}
