namespace DynamoActors.Storage.Files;

/// <summary>Something a program is about to do to a <see cref="MemoryFileSystem"/>.</summary>
/// <param name="Number">Counts the operations of this file system, from 1.</param>
public readonly record struct DiskOperation(long Number, DiskOperationKind Kind, string Path);

public enum DiskOperationKind
{
    Open,
    Create,
    Read,
    Write,
    SetLength,
    Preallocate,
    Sync,
    Rename,
    Link,
    Delete,
    SyncDirectory,
}
