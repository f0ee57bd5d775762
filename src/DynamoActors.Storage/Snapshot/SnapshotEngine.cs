namespace DynamoActors.Storage.Snapshot;

internal static class SnapshotEngine
{
    public const string EngineName = "snapshot";
    public const int FormatVersion = 1;
}
