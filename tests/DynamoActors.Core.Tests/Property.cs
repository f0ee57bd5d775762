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
        var steps = ArbMap.Default.ArbFor<int[]>().Convert(raw => Array.ConvertAll(raw, step => Math.Abs(step % stepMax)), steps => steps);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(60), Prop.ForAll(steps, holds));
    }
}
