using DynamoActors.Node.Local;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Server.Repair;

/// <summary>
/// Checks everything that a node's start reads from its data directory, while no node has it open, and mends it or moves it aside. What is
/// lost the other owners have: the node gets it back by anti-entropy, under a new identity, since it may have forgotten writes of its own.
/// </summary>
internal static class RepairProgram
{
    private const string RingLost =
        "What this node had agreed to of the ring after the damage. The other members bring the ring; "
        + "until then this node has no vote of its own.";

    public static int Run(string data, TextWriter output, TextWriter error)
    {
        try
        {
            using var held = DataDirectory.OpenExisting(data);
            return Repair(data, output, error);
        }
        catch (StartFailure failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{data} (--data) cannot be repaired: {e.Message}");
            return ExitCodes.CannotStart;
        }
    }

    private static int Repair(string data, TextWriter output, TextWriter error)
    {
        var findings = new List<Finding>();
        foreach (var checker in Checkers(data))
        {
            var found = checker.Run();
            findings.AddRange(found);
            var counted = checker is StoreChecker store ? $" {store.TablesChecked} tables checked," : "";
            output.WriteLine($"{checker.Subject}:{counted} {found.Count} damaged.");
            foreach (var finding in found)
                Tell(finding, output);
        }
        if (findings.Count == 0)
        {
            output.WriteLine("Nothing was changed.");
            return 0;
        }
        return Conclude(data, findings, output, error);
    }

    /// <summary>Everything that a start reads.</summary>
    private static IEnumerable<IChecker> Checkers(string data)
    {
        var files = new RealFileSystem();
        yield return new MarkerChecker(files, data);
        var store = new StorageOptions(StoreSettings.EngineDirectoryIn(data), files, new ManualBackgroundWork(), TimeProvider.System)
        {
            Lsm = new LsmOptions { HeadOf = StoredRecords.HeadOf },
        };
        yield return CheckerOf(store, suspects: null);
        yield return new JournalChecker(files, Path.Combine(data, "journal"), RingLost);
    }

    /// <param name="suspects">Files that are known to be damaged, where nothing else is to be looked at.</param>
    public static StoreChecker CheckerOf(StorageOptions store, IReadOnlyCollection<string>? suspects) =>
        new(store, StoredRecords.ForgetIdentity, key => StoredRecords.Describe(key)) { Suspects = suspects };

    private static void Tell(Finding finding, TextWriter output)
    {
        output.WriteLine($"  {finding.Damage.TrimEnd('.')}.");
        output.WriteLine($"    {finding.Done ?? "Nothing could be done about it."}");
        output.WriteLine($"    Lost here: {finding.Lost}");
    }

    /// <summary>Looks once more: what is damaged still, no start will take.</summary>
    private static int Conclude(string data, List<Finding> findings, TextWriter output, TextWriter error)
    {
        var left = Checkers(data).SelectMany(checker => checker.Run()).Concat(findings.Where(finding => finding.Done is null)).ToList();
        if (left.Count > 0)
        {
            error.WriteLine($"Still damaged: {string.Join(", ", left.Select(finding => finding.Path).Distinct())}. "
                + $"Move {data} away and start the node with an empty directory: the other owners give it everything.");
            return ExitCodes.CannotStart;
        }
        output.WriteLine("The node takes a new identity at its next start where it may have forgotten writes of its own.");
        output.WriteLine("Next: start the node as before. It is compared with the other owners at once, and gets from them what it lacks;");
        output.WriteLine("\"Anti-entropy brought ... objects\" in the logs and /explain/{key} show it. "
            + "What was written with w=one alone and reached nobody else is lost.");
        output.WriteLine("If deletions matter more than time: move the whole directory away instead "
            + "and start the node with an empty one. A deletion that every owner");
        output.WriteLine("has forgotten by now could have been in what was damaged, and what it deleted in what is sound.");
        return 0;
    }
}
