using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using Xunit.Abstractions;

namespace DynamoActors.Simulation.Tests;

/// <summary>A few seeds of every build; <c>dotnet run --project tests/DynamoActors.Simulation</c> runs as many as one likes.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int FixedFirst = 1;
    private const int FixedCount = 10;
    private const int RandomCount = 2;
    private const int SabotageSeedsMost = 200;

    public static TheoryData<int> Fixed => [.. Enumerable.Range(FixedFirst, FixedCount)];

    [Theory]
    [MemberData(nameof(Fixed))]
    public void Fixed_seed_holds_every_invariant_and_comes_out_the_same_twice(int seed) => Hold(seed);

    public static TheoryData<string> Ordeals => [.. Ordeal.Kinds];

    [Theory]
    [MemberData(nameof(Ordeals))]
    public void Ordeal_is_stood(string kind)
    {
        int seed = Enumerable.Range(FixedFirst + FixedCount, 1000).First(seed => Ordeal.NameOf(seed) == kind);
        output.WriteLine($"seed {seed}");
        Hold(seed);
    }

    [Fact]
    public void Random_seeds_hold_every_invariant()
    {
        for (int times = 0; times < RandomCount; times++)
        {
            int seed = Random.Shared.Next();
            output.WriteLine($"seed {seed}");
            Hold(seed);
        }
    }

    /// <summary>The seed is where it was caught when this was written; where the store has changed since, it is looked for further
    /// on.</summary>
    [Theory]
    [InlineData("disk-without-sync", 1)]
    [InlineData("forgotten-lease", 1)]
    [InlineData("lossy-merge", 4)]
    [InlineData("stand-in-as-owner", 32)]
    [InlineData("early-acknowledgement", 1)]
    [InlineData("no-repair", 44)]
    [InlineData("aged-tombstone", 4)]
    [InlineData("order-by-clock", 2)]
    [InlineData("hasty-hints", 1)]
    [InlineData("one-sided-repair", 4)]
    [InlineData("rash-reaping", 12)]
    [InlineData("expiry-of-copies", 1)]
    [InlineData("hints-for-ever", 12)]
    [InlineData("serving-when-up", 13)]
    [InlineData("first-seed-alone", 52)]
    [InlineData("first-seed-or-nobody", 62)]
    [InlineData("former-address", 3)]
    [InlineData("forgetful-peers", 7)]
    [InlineData("forgotten-newest", 123)]
    [InlineData("hasty-large-values", 7)]
    [InlineData("early-arrival", 29)]
    [InlineData("skipping-transfer", 8)]
    [InlineData("any-ballot", 29)]
    [InlineData("any-epoch", 35)]
    [InlineData("doubled-addition", 14)]
    [InlineData("forgotten-names", 10)]
    public void Sabotage_is_caught(string name, int caughtAt)
    {
        var caught = SeedOutcome.FirstFailing(caughtAt, caughtAt + SabotageSeedsMost, AllSabotages.Named(name));
        caught.ShouldNotBeNull($"no seed from {caughtAt} noticed {name}");
        output.WriteLine($"{name} was caught at seed {caught.Seed} by invariant {caught.Violation!.Number}");
    }

    [Fact]
    public void Every_sabotage_has_a_test() =>
        AllSabotages.List.Select(create => create().Name).ShouldBe(
            typeof(SeedTests).GetMethod(nameof(Sabotage_is_caught))!.GetCustomAttributesData()
                .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
                .Select(attribute => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[
                    0].Value!)[0].Value!),
            ignoreOrder: true);

    private static void Hold(int seed)
    {
        var outcome = SeedOutcome.Of(seed, () => Sabotage.None);
        outcome.Failure.ShouldBeNull();
    }
}
