namespace DynamoActors.Storage.Files;

/// <summary>An open file of a <see cref="MemoryFileSystem"/>; like a Unix handle it outlives the file's name.</summary>
internal sealed class MemoryFile(MemoryFileSystem disk, string path, StoredFile file, bool writable) : IFile
{
    private bool _closed;

    public long Length => disk.LengthOf(Opened());

    public int Read(long offset, Span<byte> buffer) => disk.Read(path, Opened(), offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> bytes) => disk.Write(path, Writable(), offset, bytes);

    public void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        // One write for the model too, so that a power cut tears it as a whole.
        var joined = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.Span.CopyTo(joined.AsSpan(at));
            at += part.Length;
        }
        disk.Write(path, Writable(), offset, joined);
    }

    public void Preallocate(long length) => disk.SetLength(path, Writable(), length, preallocate: true);

    public void SetLength(long length) => disk.SetLength(path, Writable(), length, preallocate: false);

    public void Sync() => disk.Sync(path, Opened());

    public void Dispose() => _closed = true;

    private StoredFile Opened()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return file;
    }

    private StoredFile Writable() => writable ? Opened() : throw new IOException($"{path} was opened for reading.");
}
