using DynamoActors.Node.Local;
using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Server.Repair;

/// <summary>
/// Takes damaged tables out of a store that no node has open. What is lost with them the other owners have: the node gets it back by
/// anti-entropy, under a new identity, since it may have forgotten writes of its own.
/// </summary>
internal static class RepairProgram
{
    public static int Run(string data, TextWriter output, TextWriter error)
    {
        try
        {
            using var held = DataDirectory.OpenExisting(data);
            Repair(data, output);
            return 0;
        }
        catch (StartFailure failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (StorageCorruptException e)
        {
            error.WriteLine($"{e.Message}. Without that file it cannot be known what the store holds, so there is nothing to repair. "
                + $"Restore {data} from a backup, or move it away and start the node with an empty directory: "
                + "the other owners give it everything.");
            return ExitCodes.CannotStart;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{data} (--data) cannot be repaired: {e.Message}");
            return ExitCodes.CannotStart;
        }
    }

    private static void Repair(string data, TextWriter output)
    {
        var store = StoreSettings.EngineDirectoryIn(data);
        var options = new StorageOptions(store, new RealFileSystem(), new ManualBackgroundWork(), TimeProvider.System);
        if (StoreIdentity.Read(options.FileSystem, store) is not { } identity)
        {
            output.WriteLine($"{store} holds no store yet: there is nothing to repair.");
            return;
        }

        if (identity.Engine != LsmEngine.EngineName)
            throw new StartFailure($"{store} is a store of the engine '{identity.Engine}'; "
                + $"only those of '{LsmEngine.EngineName}' have tables to repair. Nothing was changed.");
        var report = LsmRepair.Run(options, beforeChange: () => ForgetIdentity(options));
        Tell(store, report, output);
    }

    private static void ForgetIdentity(StorageOptions options)
    {
        using var engine = LsmEngine.Open(options);
        StoredRecords.ForgetIdentity(engine);
    }

    private static void Tell(string store, LsmRepairReport report, TextWriter output)
    {
        output.WriteLine($"{store}: {report.TablesChecked} tables checked, {report.Quarantined.Count} damaged.");
        if (report.Quarantined.Count == 0)
        {
            output.WriteLine("Nothing was changed.");
            return;
        }

        foreach (var table in report.Quarantined)
        {
            output.WriteLine($"  {table.Damage}.");
            output.WriteLine(table.MovedTo is { } moved ? $"    It is {moved} now." : "    It was taken out of the store.");
            output.WriteLine($"    {table.Entries} entries of level {table.Level} are missing here, or show an older version:");
            output.WriteLine($"    from {StoredRecords.Describe(table.Smallest)}");
            output.WriteLine($"    to   {StoredRecords.Describe(table.Largest)}");
        }

        output.WriteLine("The node takes a new identity at its next start, because it may have forgotten writes of its own.");
        output.WriteLine("Next: start the node as before. It is compared with the other owners at once, and gets from them what it lacks;");
        output.WriteLine("\"Anti-entropy brought ... objects\" in the logs and /explain/{key} show it. "
            + "What was written with w=one alone and reached nobody else is lost.");
        output.WriteLine("If deletions matter more than time: move the whole directory away instead "
            + "and start the node with an empty one. A deletion that every owner");
        output.WriteLine("has forgotten by now could have been in a damaged table, and what it deleted in a sound one.");
    }
}
