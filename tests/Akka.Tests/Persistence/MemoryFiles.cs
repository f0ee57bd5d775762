using Akka.Embedded.Persistence;

namespace Akka.Tests.Persisting;

/// <summary>A disk in memory that fails on demand.</summary>
internal sealed class MemoryFiles : IJournalFiles
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public string Location => "/memory";

    /// <summary>The next append writes so many of its bytes and then fails; null for none.</summary>
    public int? NextAppendFailsAfter { get; set; }

    /// <summary>Appends wait while it is reset.</summary>
    public ManualResetEventSlim Appends { get; } = new(initialState: true);

    public byte[] this[string name]
    {
        get => Read(name)!;
        set => Replace(name, value);
    }

    public byte[]? Read(string name)
    {
        lock (_lock) return _files.GetValueOrDefault(name)?.ToArray();
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        Appends.Wait();
        lock (_lock)
        {
            byte[] before = _files.GetValueOrDefault(name) ?? [];
            if (NextAppendFailsAfter is { } written)
            {
                NextAppendFailsAfter = null;
                _files[name] = [.. before, .. bytes[..written]];
                throw new IOException("no space left");
            }
            _files[name] = [.. before, .. bytes];
        }
    }

    public void Cut(string name, long length)
    {
        lock (_lock) _files[name] = _files[name][..(int)length];
    }

    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        lock (_lock) _files[name] = bytes.ToArray();
    }

    public void Delete(string name)
    {
        lock (_lock) _files.Remove(name);
    }

    public IReadOnlyList<string> List()
    {
        lock (_lock) return [.. _files.Keys];
    }
}
