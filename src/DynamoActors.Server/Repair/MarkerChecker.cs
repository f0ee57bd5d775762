using DynamoActors.Server.Startup;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;
using DynamoActors.Storage.Repair;

namespace DynamoActors.Server.Repair;

/// <summary>The file that says whose directory it is: an empty one takes a damaged one's place, and the next node's name.</summary>
internal sealed class MarkerChecker(IFileSystem files, string data) : IChecker
{
    public string Subject => $"the name in {data}";

    public IReadOnlyList<Finding> Run()
    {
        var marker = DataDirectory.MarkerIn(data);
        if (DataDirectory.IsMarker(File.ReadAllText(marker))) return [];
        var aside = Aside.Move(files, marker);
        using (var file = files.Open(marker, FileOpening.CreateNew)) file.Sync();
        files.SyncDirectory(data);
        return [new Finding(marker, $"{marker} does not hold the name of a node", $"It is {aside} now.",
            "Whose directory it is. It belongs to the node that is started in it next: give that the name that it had.")];
    }
}
