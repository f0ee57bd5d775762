namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>What the manifest that counts says, all edits taken together.</summary>
/// <param name="IsTorn">Its last edit was left out: files it may have named are kept.</param>
internal sealed record ManifestState(
    string Name, TableSet Set, long NextNumber, long LastSequence, bool IsTorn, IReadOnlyList<string> Report)
{
    /// <summary>Null where the directory has no manifest yet.</summary>
    public static ManifestState? Read(IFileSystem files, string directory)
    {
        if (ManifestFile.ReadCurrent(files, directory) is not { } name)
            return null;
        var (edits, tornAt) = ManifestFile.Read(files, directory, name);
        var path = Path.Combine(directory, name);
        // Each edit is durable here before it is written there: so this is no torn end but a cut one.
        if (ManifestFile.CountSound(files, directory, ManifestFile.CopyOf(name)) > edits.Count)
            throw new StorageCorruptException(path, tornAt ?? 0, "it ends before its copy does");
        var set = TableSet.Empty;
        long nextNumber = 1, lastSequence = 0;
        foreach (var edit in edits)
        {
            try
            {
                set = set.Apply(edit);
            }
            catch (InvalidDataException broken)
            {
                throw new StorageCorruptException(path, 0, broken.Message);
            }
            nextNumber = edit.NextNumber ?? nextNumber;
            lastSequence = edit.LastSequence ?? lastSequence;
        }
        string[] report = tornAt is { } at
            ? [$"{path} was cut at offset {at}: the levels' last change had not finished. Unnamed files are kept until the next start."]
            : [];
        return new ManifestState(name, set, nextNumber, lastSequence, tornAt is not null, report);
    }
}
