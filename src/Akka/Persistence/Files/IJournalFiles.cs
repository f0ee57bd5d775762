namespace Akka.Embedded.Persistence;

/// <summary>
/// The disk as the file journal and the snapshot store see it: a flat directory of small files. Whatever a method has done is durable
/// when it returns. Called by one thread at a time for any one name. Failures come as <see cref="IOException"/>; after one, the named
/// file may hold any prefix of what was being appended, and otherwise what it held before.
/// </summary>
public interface IJournalFiles
{
    /// <summary>Where the files are, for messages to people.</summary>
    string Location { get; }

    /// <summary>The whole file; null where there is none.</summary>
    byte[]? Read(string name);

    /// <summary>Adds to the end of the file, which is made where there is none.</summary>
    void Append(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file down to its first <paramref name="length"/> bytes.</summary>
    void Cut(string name, long length);

    /// <summary>Puts new content in place of the file: after a crash it holds either the old or the new, never a mix.</summary>
    void Replace(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Does nothing where there is no such file.</summary>
    void Delete(string name);

    /// <summary>The names of all files, in ordinal order. Files that <see cref="Replace"/> left unfinished are not among them.</summary>
    IReadOnlyList<string> List();
}
