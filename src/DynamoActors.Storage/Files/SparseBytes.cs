namespace DynamoActors.Storage.Files;

/// <summary>A growable run of bytes whose untouched pages are zeros and cost nothing. Not thread-safe.</summary>
internal sealed class SparseBytes
{
    private const int PageBytes = 4096;

    private readonly List<byte[]?> _pages = [];

    public long Length { get; private set; }

    public int Read(long offset, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        for (var done = 0; done < count;)
        {
            var (page, within, run) = Position(offset + done, count - done);
            var target = buffer.Slice(done, run);
            if (_pages[page] is { } bytes)
                bytes.AsSpan(within, run).CopyTo(target);
            else
                target.Clear();
            done += run;
        }
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > Length)
            SetLength(offset + bytes.Length);
        for (var done = 0; done < bytes.Length;)
        {
            var (page, within, run) = Position(offset + done, bytes.Length - done);
            bytes.Slice(done, run).CopyTo((_pages[page] ??= new byte[PageBytes]).AsSpan(within));
            done += run;
        }
    }

    public void SetLength(long length)
    {
        var pages = (int)((length + PageBytes - 1) / PageBytes);
        if (length < Length)
        {
            _pages.RemoveRange(pages, _pages.Count - pages);
            // What is cut off must read as zeros if the file grows again.
            if (length % PageBytes != 0)
                _pages[^1]?.AsSpan((int)(length % PageBytes)).Clear();
        }
        while (_pages.Count < pages)
            _pages.Add(null);
        Length = length;
    }

    public SparseBytes Copy()
    {
        var copy = new SparseBytes { Length = Length };
        foreach (var page in _pages)
            copy._pages.Add(page?.ToArray());
        return copy;
    }

    private static (int Page, int Within, int Run) Position(long offset, int wanted)
    {
        var within = (int)(offset % PageBytes);
        return ((int)(offset / PageBytes), within, Math.Min(wanted, PageBytes - within));
    }
}
