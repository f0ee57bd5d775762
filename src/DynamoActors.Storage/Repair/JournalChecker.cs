using DynamoActors.Storage.Files;
using DynamoActors.Storage.Journal;

namespace DynamoActors.Storage.Repair;

/// <summary>The event logs of a directory: a damaged one is moved aside, and its events up to the damage are written anew.</summary>
/// <param name="lost">What losing later events means for whoever reads them.</param>
public sealed class JournalChecker(IFileSystem files, string directory, string lost) : IChecker
{
    private const string Extension = ".journal";

    public string Subject => $"the journal in {directory}";

    public IReadOnlyList<Finding> Run() =>
    [
        .. files.List(directory).Where(name => name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => Check(Path.Combine(directory, name))).OfType<Finding>(),
    ];

    private Finding? Check(string path)
    {
        try
        {
            EventLog.Open(files, path, _ => { });
            return null;
        }
        catch (StorageCorruptException damage)
        {
            var sound = EventLog.ReadSound(files, path);
            var aside = Aside.Move(files, path);
            if (sound.Count > 0)
                EventLog.Open(files, path, _ => { }).Append(sound);
            var kept = sound.Count == 0 ? "none of its events can be read"
                : $"its events before the damage, {sound.Count}, were written anew";
            return new Finding(path, damage.Message, $"It is {aside} now; {kept}.", lost);
        }
    }
}
