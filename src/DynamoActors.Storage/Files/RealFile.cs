#pragma warning disable RS0030 // One of the files that touch the operating system's disk.
using Microsoft.Win32.SafeHandles;

namespace DynamoActors.Storage.Files;

/// <summary>A file of the operating system, read and written at offsets, so that readers and the writer share no position.</summary>
internal sealed class RealFile(string path, SafeFileHandle handle) : IFile
{
    private static readonly byte[] Zeros = new byte[1 << 20];

    public long Length => RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> buffer)
    {
        var filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                var got = RandomAccess.Read(handle, buffer[filled..], offset + filled);
                if (got == 0)
                    break;
                filled += got;
            }
        }
        catch (IOException e)
        {
            // Whoever asks is no better off than with bytes that do not match their checksum.
            throw new StorageCorruptException(path, offset + filled, $"the disk cannot read it: {e.Message}");
        }
        return filled;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception e) when (DiskErrors.Translate(e, path) is { } translated)
        {
            throw translated;
        }
    }

    public void Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> parts) =>
        DiskErrors.Translating(path, () => RandomAccess.Write(handle, parts, offset));

    public void Preallocate(long length)
    {
        // Written, not merely reserved: a reserved block is marked "unwritten" and every first write to it changes metadata,
        // which makes the sync after it four times as slow.
        for (var at = Length; at < length; at += Zeros.Length)
            Write(at, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - at)));
        Sync();
    }

    public void SetLength(long length) => DiskErrors.Translating(path, () => RandomAccess.SetLength(handle, length));

    public void Sync() => RealSync.File(handle, path);

    /// <summary>What closing may report is not looked at: everything that matters was synced before, or is not relied on.</summary>
    public void Dispose() => handle.Dispose();
}
