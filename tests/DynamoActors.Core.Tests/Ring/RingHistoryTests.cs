using DynamoActors.Core.Ring;

namespace DynamoActors.Core.Tests.Ring;

/// <summary>Rings through any sequence of plans, whose partitions complete in any order or not at all, with data in them.</summary>
public class RingHistoryTests
{
    private const int Partitions = 32;

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 5)]
    public void No_acknowledged_write_is_hidden_by_any_sequence_of_plans_completions_and_aborts(int zones, int replicas) =>
        Property.ForAllScripts(1 << 20, script =>
    {
        var random = new Random(script.Sum());
        var ring = PartitionTable.Assign(Rings.Members(1 + (script.Length % 6), zones), Partitions, replicas, null);
        var data = new Data(random);
        foreach (var step in script.Take(25))
        {
            data.WriteEverywhere(ring);
            if (ring.IsInTransition)
            {
                if (step % 8 == 0)
                    ring = ring.Abort();
                else
                {
                    var some = ring.MovingPartitions.Where((_, index) => step % 8 == 1 || (step >> (index % 16) & 1) != 0)
                        .DefaultIfEmpty(ring.MovingPartitions.First()).ToArray();
                    data.Move(ring, some);
                    ring = ring.CompleteMoves(some);
                }
            }
            else if (RingPlan.TryMake(ring, Changes(ring, step, zones), out var plan, out _))
            {
                plan.Target.Epoch.ShouldBe(ring.Epoch + 1);
                Rings.Moves(ring, plan.Target).ShouldBe(0);
                data.GiveUp(plan.Target);
                ring = plan.Target;
            }
            data.ShouldBeReadable(ring);
            ShouldHaveItsCopies(ring);
        }
    }, count: 60);

    [Fact]
    public void Plans_move_no_more_than_balance_needs_and_end_balanced() => Property.ForAllScripts(1 << 20, script =>
    {
        var ring = PartitionTable.Assign(Rings.Members(3 + (script.Length % 8)), Partitions, 3, null);
        foreach (var step in script.Take(12))
        {
            var changes = Changes(ring, step, zones: 1);
            if (!RingPlan.TryMake(ring, changes, out var plan, out _))
                continue;
            var replaced = changes.OfType<RingChange.Replace>().ToArray();
            if (replaced.Length == 0)
                plan.Moves.ShouldBeLessThanOrEqualTo((FewestMoves(plan) * 21 / 20) + 2,
                    $"moves of {string.Join(", ", changes.Select(change => change.ToString()))} in {ring}");
            else if (replaced.Length == changes.Length)
                plan.Moves.ShouldBe(replaced.Sum(change => ring.PartitionsOf(ring.MemberIndex(change.Name)).Length));
            ring = plan.Target.IsInTransition ? plan.Target.CompleteMoves(plan.Target.MovingPartitions) : plan.Target;
            ring.Members.ShouldAllBe(member => member.State == RingMemberState.Staying);
            if (replaced.Length == 0)
                ShouldBeBalanced(ring);
            if (replaced.Length < changes.Length)
                RingPlan.TryMake(ring, [], out _, out _).ShouldBeFalse("a planned ring needs no other plan");
        }
    }, count: 60);

    [Fact]
    public void Plans_over_zones_move_within_a_twentieth_of_what_balance_needs() => Property.ForAllScripts(1 << 20, script =>
    {
        var ring = PartitionTable.Assign(Rings.Members(9, zones: 3), 64, 3, null);
        var (moves, least) = (0, 0);
        foreach (var step in script.Take(12))
        {
            RingChange[] changes = [step % 2 == 0 && ring.Members.Length > 6
                ? new RingChange.Leave(ring.Members[step / 2 % ring.Members.Length].Name)
                : new RingChange.Join(Rings.Member(NextNumber(ring), $"zone{step / 2 % 3}", 1 + (step % 5 / 4.0)))];
            if (!RingPlan.TryMake(ring, changes, out var plan, out _))
                continue;
            moves += plan.Moves;
            least += LeastMoves(plan);
            ring = plan.Target.IsInTransition ? plan.Target.CompleteMoves(plan.Target.MovingPartitions) : plan.Target;
            var zones = ring.Members.Select(member => member.Zone).Distinct().Count();
            for (var partition = 0; partition < ring.PartitionCount; partition++)
                Zones(ring, partition).ShouldBe(Math.Min(zones, 3), $"zones of partition {partition}");
        }
        moves.ShouldBeLessThanOrEqualTo((least * 21 / 20) + 1);
    }, count: 40);

    private static int Zones(PartitionTable ring, int partition) =>
        ring.Owners(partition).ToArray().Select(owner => ring.Members[owner].Zone).Distinct().Count();

    private static int NextNumber(PartitionTable ring) => 1 + ring.Members.Max(member => int.Parse(member.Name[4..]));

    /// <summary>One to three changes of different members, as the step says.</summary>
    private static RingChange[] Changes(PartitionTable ring, int step, int zones)
    {
        var changes = new List<RingChange>();
        var (random, next) = (new Random(step), NextNumber(ring));
        var named = ring.Members.Select(member => member.Name).ToArray();
        random.Shuffle(named);
        foreach (var name in named.Take(1 + random.Next(3)))
        {
            var newcomer = Rings.Member(next, zones == 1 ? "" : $"zone{next % zones}", 1 + (random.Next(3) / 2.0));
            next++;
            changes.Add(random.Next(7) switch
            {
                0 or 1 => new RingChange.Join(newcomer),
                2 => new RingChange.Leave(name),
                3 => new RingChange.Replace(name, newcomer),
                4 => new RingChange.Replace(name, newcomer, IsLost: true),
                5 => new RingChange.ForceRemove(name),
                _ => new RingChange.Describe(name, Weight: 1 + (random.Next(5) / 2.0)),
            });
        }
        return [.. changes];
    }

    private static void ShouldHaveItsCopies(PartitionTable ring)
    {
        for (var partition = 0; partition < ring.PartitionCount; partition++)
        {
            ring.Owners(partition).ToArray().ShouldBeUnique();
            ring.Next(partition).ToArray().ShouldBeUnique();
            if (!ring.IsInTransition)
                ring.Owners(partition).Length.ShouldBeGreaterThanOrEqualTo(Math.Min(ring.ReplicaCount, ring.Members.Length));
            foreach (var move in ring.MovesOf(partition))
                ring.Next(partition).Contains(move.Receiver).ShouldBeTrue();
        }
    }

    /// <summary>Its weighted share rounded up or down, none above every partition.</summary>
    private static void ShouldBeBalanced(PartitionTable ring)
    {
        var (shares, loads) = (Shares(ring), Rings.Loads(ring));
        for (var member = 0; member < loads.Length; member++)
            Math.Abs(loads[member] - shares[member])
                .ShouldBeLessThan(1, $"load of {ring.Members[member]}, whose share is {shares[member]}");
    }

    private static double[] Shares(PartitionTable ring)
    {
        var shares = new double[ring.Members.Length];
        var copies = (double)ring.PartitionCount * Math.Min(ring.ReplicationFactor, shares.Length);
        var open = Enumerable.Range(0, shares.Length).ToList();
        while (open.Count > 0)
        {
            var weight = open.Sum(member => ring.Members[member].Weight);
            var full = open.Where(member => copies * ring.Members[member].Weight / weight >= ring.PartitionCount).ToArray();
            foreach (var member in full.Length > 0 ? full : [.. open])
                shares[member] = full.Length > 0 ? ring.PartitionCount : copies * ring.Members[member].Weight / weight;
            copies -= (double)full.Length * ring.PartitionCount;
            open = full.Length > 0 ? [.. open.Except(full)] : [];
        }
        return shares;
    }

    /// <summary>Without regard to zones, the fewest moves to any ring balanced like this one: a flow of least cost.</summary>
    private static int FewestMoves(RingPlan plan)
    {
        var target = plan.Target.IsInTransition ? plan.Target.CompleteMoves(plan.Target.MovingPartitions) : plan.Target;
        var (shares, members, partitions) = (Shares(target), target.Members.Length, target.PartitionCount);
        var replicas = Math.Min(target.ReplicationFactor, members);
        var (source, sink) = (members + partitions, members + partitions + 1);
        const int owed = 1000;
        var arcs = new List<(int From, int To, int Cost)>();
        var room = new List<int>();
        for (var member = 0; member < members; member++)
        {
            var (low, high) = ((int)Math.Floor(shares[member] + 1e-6), (int)Math.Ceiling(shares[member] - 1e-6));
            Add(source, member, low, -owed);
            Add(source, member, high - low, 0);
            var before = plan.Ring.MemberIndex(target.Members[member].Name);
            for (var partition = 0; partition < partitions; partition++)
                Add(member, members + partition, 1, before >= 0 && plan.Ring.Owns(partition, before) ? 0 : 1);
        }
        for (var partition = 0; partition < partitions; partition++)
            Add(members + partition, sink, replicas, 0);
        var cost = shares.Sum(share => owed * (int)Math.Floor(share + 1e-6));
        for (var unit = 0; unit < partitions * replicas; unit++)
            cost += Augment();
        return cost;

        void Add(int from, int to, int capacity, int price)
        {
            arcs.Add((from, to, price));
            room.Add(capacity);
            arcs.Add((to, from, -price));
            room.Add(0);
        }

        int Augment()
        {
            var (costs, cameBy) = (new int[sink + 1], new int[sink + 1]);
            Array.Fill(costs, int.MaxValue / 2);
            costs[source] = 0;
            for (var isBetter = true; isBetter;)
            {
                isBetter = false;
                for (var arc = 0; arc < arcs.Count; arc++)
                {
                    var (from, to, price) = arcs[arc];
                    if (room[arc] == 0 || costs[from] >= int.MaxValue / 4 || costs[from] + price >= costs[to])
                        continue;
                    (costs[to], cameBy[to], isBetter) = (costs[from] + price, arc, true);
                }
            }
            for (var at = sink; at != source; at = arcs[cameBy[at]].From)
                (room[cameBy[at]], room[cameBy[at] ^ 1]) = (room[cameBy[at]] - 1, room[cameBy[at] ^ 1] + 1);
            return costs[sink];
        }
    }

    /// <summary>What members must be brought beyond what they could keep, with the shares that they got; often not enough.</summary>
    private static int LeastMoves(RingPlan plan)
    {
        var target = plan.Target.IsInTransition ? plan.Target.CompleteMoves(plan.Target.MovingPartitions) : plan.Target;
        return Enumerable.Range(0, target.Members.Length).Sum(member =>
        {
            var before = plan.Ring.MemberIndex(target.Members[member].Name);
            return Math.Max(0, target.PartitionsOf(member).Length - (before < 0 ? 0 : plan.Ring.PartitionsOf(before).Length));
        });
    }

    /// <summary>Who has which writes of each partition; each was acknowledged by a majority, while a partition moves by two.</summary>
    private sealed class Data(Random random)
    {
        private readonly Dictionary<(int Partition, string Member), HashSet<int>> _held = [];
        private readonly HashSet<int>[] _acknowledged = [.. Enumerable.Range(0, Partitions).Select(_ => new HashSet<int>())];
        private readonly HashSet<string> _lost = [];
        private int _last;

        public void WriteEverywhere(PartitionTable ring)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                var (owners, next) = (AnyMajority(ring, ring.Owners(partition)), AnyMajority(ring, ring.Next(partition)));
                if (owners is null || next is null)
                    continue;
                _acknowledged[partition].Add(++_last);
                foreach (var member in owners.Concat(next))
                    Held(partition, member).Add(_last);
            }
        }

        public void Move(PartitionTable ring, int[] partitions)
        {
            foreach (var move in partitions.SelectMany(ring.MovesOf).ToArray())
                foreach (var source in move.From is { } from && !_lost.Contains(ring.Members[from].Name) ? [ring.Members[from].Name]
                    : Live(ring, ring.Owners(move.Partition)))
                    Held(move.Partition, ring.Members[move.Receiver].Name).UnionWith(Held(move.Partition, source));
        }

        /// <summary>What lost members held, and what nobody else has.</summary>
        public void GiveUp(PartitionTable ring)
        {
            _lost.UnionWith(ring.Members.Where(member => member.State == RingMemberState.Lost).Select(member => member.Name));
            for (var partition = 0; partition < Partitions; partition++)
            {
                var left = Live(ring, ring.Owners(partition)).SelectMany(member => Held(partition, member)).ToHashSet();
                _acknowledged[partition].IntersectWith(left);
            }
        }

        /// <summary>Every majority of the owners has every write between them; of lost ones, those left are asked.</summary>
        public void ShouldBeReadable(PartitionTable ring)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                var owners = ring.Owners(partition).ToArray();
                foreach (var write in _acknowledged[partition])
                {
                    var without = Live(ring, owners).Count(member => !Held(partition, member).Contains(write));
                    without.ShouldBeLessThan(Majority(owners.Length), $"owners of partition {partition} without write {write} in {ring}");
                }
            }
        }

        /// <summary>Null where too few live for one.</summary>
        private string[]? AnyMajority(PartitionTable ring, ReadOnlySpan<ushort> members)
        {
            var live = Live(ring, members);
            random.Shuffle(live);
            var count = members.Length == 0 ? 0 : Majority(members.Length);
            return live.Length < count ? null : live[..count];
        }

        private static int Majority(int count) => (count / 2) + 1;

        private string[] Live(PartitionTable ring, ReadOnlySpan<ushort> members) =>
            [.. members.ToArray().Select(member => ring.Members[member].Name).Where(name => !_lost.Contains(name))];

        private HashSet<int> Held(int partition, string member) =>
            _held.TryGetValue((partition, member), out var held) ? held : _held[(partition, member)] = [];
    }
}
