namespace DynamoActors.Server.Security;

/// <summary>Of files that are read again while the node runs. Nobody hears them before there is a log.</summary>
internal sealed class Complaints
{
    public Action<string>? Heard { get; set; }

    public void Tell(string complaint) => Heard?.Invoke(complaint);
}
