using System.Diagnostics;
using System.Globalization;
using DynamoActors.Simulation.Nemesis;
using DynamoActors.Simulation.Sabotages;
using DynamoActors.Simulation.World;

namespace DynamoActors.Simulation.Runs;

/// <summary>The command line: many seeds, one seed, or the sabotages.</summary>
internal static class SimulationCommand
{
    private const int Usage = 2;
    private const int SabotageSeedsMax = 200;
    private const int NodesOfPace = 5;

    public static int Run(string[] arguments)
    {
        try
        {
            var (first, last) = (1, 100);
            bool trace = false, once = false, rightClocks = false, ordeals = false;
            string sabotage = "none";
            string? ordeal = null;
            for (int index = 0; index < arguments.Length; index++)
            {
                switch (arguments[index])
                {
                    case "--seeds": (first, last) = Range(Value(arguments, ref index)); break;
                    case "--seed": first = last = Number(Value(arguments, ref index)); break;
                    case "--trace": trace = true; break;
                    case "--right-clocks": rightClocks = true; break;
                    case "--ordeals": ordeals = true; break;
                    case "--ordeal": ordeal = Value(arguments, ref index); break;
                    case "--once": once = true; break;
                    case "--sabotage": sabotage = Value(arguments, ref index); break;
                    case var unknown: throw new FormatException($"There is no option {unknown}.");
                }
            }
            var seeds = Enumerable.Range(first, last - first + 1).Where(seed => Ordeal.NameOf(seed) is var name
                && (ordeal is null ? !ordeals || name is not null : name == ordeal)).ToList();
            return sabotage == "all" ? RunSabotages() : RunSeeds(
                seeds, AllSabotages.Named(sabotage), trace, once || trace, rightClocks);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine(
                $"{e.Message} Options: --seeds 1-500 | --seed 4711 [--trace] | --sabotage NAME [--seeds 1-200] | --sabotage all; --once "
                + $"runs each seed a single time; --ordeals leaves out all seeds without one, --ordeal KIND all others; "
                + "--right-clocks leaves out the clock jumps.");
            return Usage;
        }
    }

    private static int RunSeeds(IReadOnlyList<int> seeds, Func<Sabotage> sabotage, bool trace, bool once, bool rightClocks)
    {
        int passed = 0, failed = 0;
        var (all, ofFive) = (new Pace(), new Pace());
        foreach (int seed in seeds)
        {
            var (began, usedBefore) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var run = rightClocks ? SeedOutcome.WithRightClocks(seed, trace ? Console.WriteLine : null)
                : SeedOutcome.Of(seed, sabotage, trace ? Console.WriteLine : null, twice: !once);
            var (elapsed, used) = (Stopwatch.GetElapsedTime(began), Environment.CpuUsage.TotalTime - usedBefore);
            all.Add(run, elapsed, used);
            if (run.Nodes == NodesOfPace) ofFive.Add(run, elapsed, used);
            if (run.Failure is null) passed++;
            else
            {
                failed++;
                Console.WriteLine(run.Failure);
                Console.WriteLine();
            }
            if (seeds.Count == 1) Console.WriteLine($"trace {run.Hash:x16}, {run.Simulated} simulated, {run.Events} events");
            else if ((passed + failed) % 25 == 0) Console.WriteLine($"... seed {seed}: {passed} passed, {failed} failed");
        }
        Console.WriteLine(all);
        if (seeds.Count > 1) Console.WriteLine($"{NodesOfPace} nodes alone: {ofFive}");
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static int RunSabotages()
    {
        int missed = 0;
        foreach (var create in AllSabotages.List)
        {
            var sabotage = create();
            if (sabotage.Awaits is { } awaits)
            {
                Console.WriteLine($"{sabotage.Name,-24} not yet: needs {awaits}");
                continue;
            }
            var caught = SeedOutcome.FirstFailing(1, SabotageSeedsMax, create);
            if (caught is null) missed++;
            Console.WriteLine(caught is { } at
                ? $"{sabotage.Name,-24} caught at seed {at.Seed} by invariant {at.Violation!.Number}: {at.Violation.Invariant}"
                : $"{sabotage.Name,-24} NOT CAUGHT within {SabotageSeedsMax} seeds: {sabotage.Description}");
        }
        Console.WriteLine(missed == 0 ? "every sabotage was caught" : $"{missed} sabotages were not caught");
        return missed == 0 ? 0 : 1;
    }

    private static string Value(string[] arguments, ref int index) =>
        ++index < arguments.Length ? arguments[index] : throw new FormatException($"{arguments[index - 1]} needs a value.");

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new FormatException($"'{text}' is no seed: seeds are whole numbers from 0.");

    private static (int First, int Last) Range(string text)
    {
        var ends = text.Split('-');
        var (first, last) = (Number(ends[0]), Number(ends[^1]));
        return ends.Length <= 2 && first <= last ? (first, last)
            : throw new FormatException($"'{text}' is no range of seeds: write it like 1-500.");
    }
}
