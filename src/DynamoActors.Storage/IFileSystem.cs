namespace DynamoActors.Storage;

/// <summary>
/// The disk, as narrow as the engines need it. Paths are as the operating system's. All calls are synchronous; any thread may call.
/// What was written survives power loss only after the file's <see cref="IFile.Sync"/>, and a name only after <see cref="SyncDirectory"/>
/// of its directory: an implementation may lose, tear or reorder everything else.
/// Errors are <see cref="IOException"/>s; no space is <see cref="StorageFullException"/>.
/// </summary>
public interface IFileSystem
{
    IFile Open(string path, FileOpening opening);
    bool Exists(string path);
    /// <summary>Makes the directory and its missing parents.</summary>
    void CreateDirectory(string path);
    /// <summary>
    /// The names (not paths) in a directory, files and directories, in ordinal order; empty where there is no such directory.
    /// </summary>
    IReadOnlyList<string> List(string directory);
    /// <summary>Atomically replaces <paramref name="to"/> where it exists.</summary>
    void Rename(string from, string to);
    /// <summary>Nothing happens where the file is absent.</summary>
    void Delete(string path);
    /// <summary>Removes a directory and everything below it.</summary>
    void DeleteDirectory(string path);
    /// <summary>A second name for the same bytes (a hard link).</summary>
    void Link(string existing, string added);
    void SyncDirectory(string path);
    /// <summary>Held until disposed or the process dies. Throws <see cref="StorageRefusedException"/> where another holds it.</summary>
    IDisposable Lock(string path);
}

public enum FileOpening
{
    /// <summary>Fails where the file exists.</summary>
    CreateNew,
    /// <summary>Fails where it does not.</summary>
    ReadWrite,
    /// <summary>Fails where it does not; writes fail.</summary>
    Read,
}

/// <summary>An open file. Reads may run at the same time as each other and as one writer.</summary>
public interface IFile : IDisposable
{
    long Length { get; }
    /// <summary>
    /// Fills the buffer from <paramref name="offset"/> and returns how many bytes there were; fewer only at the file's end.
    /// </summary>
    int Read(long offset, Span<byte> buffer);
    void Write(long offset, ReadOnlySpan<byte> bytes);
    /// <summary>Writes the parts one behind the other, without joining them in memory first.</summary>
    void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> parts);
    /// <summary>
    /// Grows the file to <paramref name="length"/> with zeros that are already on the disk, so that later syncs need not change metadata.
    /// </summary>
    void Preallocate(long length);
    void SetLength(long length);
    /// <summary>On return everything written before the call survives power loss.</summary>
    void Sync();
}
