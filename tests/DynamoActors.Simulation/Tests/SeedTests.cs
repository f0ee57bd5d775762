using DynamoActors.Simulation.Runs;
using DynamoActors.Simulation.Sabotages;
using Xunit.Abstractions;

namespace DynamoActors.Simulation.Tests;

/// <summary>A few seeds of every build; <c>dotnet run --project tests/DynamoActors.Simulation</c> runs as many as one likes.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int FixedFirst = 1;
    private const int FixedCount = 40;
    private const int RandomCount = 6;
    private const int SabotageSeedsMost = 200;

    public static TheoryData<int> Fixed => [.. Enumerable.Range(FixedFirst, FixedCount)];

    [Theory]
    [MemberData(nameof(Fixed))]
    public void Fixed_seed_holds_every_invariant_and_comes_out_the_same_twice(int seed) => Hold(seed);

    /// <summary>Seeds that found something, in the store or in the simulation, when they were first run.</summary>
    [Theory]
    [InlineData(53)]
    [InlineData(72)]
    [InlineData(85)]
    [InlineData(149)]
    [InlineData(150)]
    [InlineData(186)]
    [InlineData(203)]
    [InlineData(213)]
    [InlineData(287)]
    [InlineData(471)]
    [InlineData(482)]
    [InlineData(596)]
    [InlineData(615)]
    [InlineData(618)]
    [InlineData(635)]
    [InlineData(662)]
    [InlineData(713)]
    [InlineData(929)]
    public void Seed_that_once_failed_holds_every_invariant(int seed) => Hold(seed);

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
    [InlineData("stand-in-as-owner", 7)]
    [InlineData("early-acknowledgement", 1)]
    [InlineData("no-repair", 44)]
    [InlineData("aged-tombstone", 4)]
    [InlineData("order-by-clock", 2)]
    [InlineData("hasty-hints", 1)]
    [InlineData("one-sided-repair", 4)]
    [InlineData("rash-reaping", 12)]
    [InlineData("expiry-of-copies", 1)]
    [InlineData("hints-for-ever", 12)]
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
