using FsCheck;
using FsCheck.Fluent;

namespace DynamoActors.Core.Tests;

/// <summary>
/// Small property runs: enough to find a broken law, short enough for every build. A failure prints the case and the seed that replays it.
/// </summary>
internal static class Property
{
    private const int Cases = 100;

    public static void ForAll<T>(Gen<T> cases, Action<T> holds, int count = Cases) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(40),
            Prop.ForAll(cases.ToArbitrary(), holds));

    /// <summary>The same with shrinking, for cases that are plain lists of numbers.</summary>
    public static void ForAllScripts(int stepMax, Action<int[]> holds, int count = Cases)
    {
        // Chosen evenly: FsCheck's own numbers in a list stay near zero, which is a single replica that writes.
        var steps = Arb.From(Gen.Choose(0, stepMax - 1).ArrayOf(), steps => ArbMap.Default.ArbFor<int[]>().Shrinker(steps)
            .Select(shrunk => Array.ConvertAll(shrunk, step => Math.Abs(step % stepMax))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(120), Prop.ForAll(steps, holds));
    }
}
