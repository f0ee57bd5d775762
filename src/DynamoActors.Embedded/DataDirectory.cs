using System.Buffers;
using DynamoActors.Storage;

namespace DynamoActors.Embedded;

/// <summary>
/// The directory that a node keeps everything in. A file in it says whose it is, so that no other directory is taken for one, nor one
/// node's for another's.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string MarkerName = "dynamo-node";
    private const string DataOption = "--data";
    private const int NameCharactersMax = 128;
    private const string LockName = "dynamo-node.lock";

    /// <summary>Written by <c>local-cluster</c> before the node itself starts.</summary>
    private const string LogName = "node.log";

    /// <summary>EROFS, the same on Linux and macOS.</summary>
    private const int ReadOnlyFileSystem = 30;

    /// <summary>Control characters, and what stands for bytes that are no UTF-8.</summary>
    private static readonly SearchValues<char> _neverInNames =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (char)code), '\x7f', '\ufffd']);

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the directory where it is absent, and holds it until disposed.</summary>
    /// <param name="given">Where the user named it, for what is said of it.</param>
    /// <exception cref="StartFailure">It is another node's, no node's, in use, or cannot be written.</exception>
    public static DataDirectory Open(string path, string nodeName, string given = DataOption)
    {
        try
        {
            if (MissingTarget(path) is { } target)
                throw new StartFailure($"{path} ({given}) is a link to {target}, which is not there. Mount its disk, or make the "
                    + "directory.");
            if (File.Exists(path)) throw new StartFailure($"{path} ({given}) is a file, not a directory.");
            RequireName(path, nodeName);
            Directory.CreateDirectory(path);
            if (IsForeign(path))
                throw new StartFailure(
                    $"{path} ({given}) holds files but is no node's data directory; nothing was changed. "
                    + "Name an empty or a new directory.");
            var held = Lock(path, given);
            Mark(path, nodeName, held, given);
            return new DataDirectory(path, held);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException and not StorageException)
        {
            throw NotWritable(path, e, given);
        }
    }

    /// <summary>Holds the directory of a node, whichever it is, that is there and in use by nobody. Makes nothing but the lock.</summary>
    /// <exception cref="StartFailure">It is no node's, in use, or cannot be written.</exception>
    public static DataDirectory OpenExisting(string path, string given = DataOption)
    {
        if (!File.Exists(MarkerIn(path)))
            throw new StartFailure($"{path} ({given}) is no node's data directory. Name the one that was given to the node.");
        try
        {
            return new DataDirectory(path, Lock(path, given));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, e, given);
        }
    }

    /// <summary>It holds something, and not what a node would have put there.</summary>
    public static bool IsForeign(string path) =>
        !File.Exists(MarkerIn(path))
        && Directory.EnumerateFileSystemEntries(path).Any(entry => System.IO.Path.GetFileName(entry) is not (LogName or LockName));

    public void Dispose() => _lock.Dispose();

    private static string? MissingTarget(string path) =>
        new FileInfo(path).LinkTarget != null && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target
            && !System.IO.Path.Exists(target.FullName) ? target.FullName : null;

    private static FileStream Lock(string path, string given)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new StartFailure(
                $"The data directory {path} ({given}) is in use by another process, which holds {file}. Stop that node, or name another "
                + "directory.");
        }
    }

    /// <summary>
    /// EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation; whatever else goes wrong there is not for another process to
    /// mend.
    /// </summary>
    private static bool IsHeldByAnother(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static StartFailure NotWritable(string path, Exception failure, string given) => new(failure.HResult == ReadOnlyFileSystem
        ? $"The data directory {path} ({given}) is on a disk that is mounted read-only. Mount it for writing, or name another directory."
        : $"The data directory {path} ({given}) cannot be written: {failure.Message} Give this user the right to, or name another.");

    /// <summary>Where the name of the node is that a data directory belongs to.</summary>
    public static string MarkerIn(string path) => System.IO.Path.Combine(path, MarkerName);

    /// <summary>The text of the marker is a node's name and a line feed, or nothing yet. Names were any text once.</summary>
    public static bool IsMarker(string text) =>
        text.Length == 0 || (text.EndsWith('\n') && !text.AsSpan(0, text.Length - 1).ContainsAny(_neverInNames));

    /// <summary>Whoever fills a directory for a node does this last: it is the node's from then on.</summary>
    public static void MarkRestored(string path, string nodeName, IFileSystem files)
    {
        using (var marker = files.Open(MarkerIn(path), FileOpening.CreateNew))
        {
            marker.Write(0, System.Text.Encoding.UTF8.GetBytes(nodeName + "\n"));
            marker.Sync();
        }

        files.SyncDirectory(path);
    }

    /// <summary>
    /// Of a node that is new: the name becomes that of directories and certificates, and stands in addresses and tables. Nodes that have
    /// another keep it.
    /// </summary>
    private static void RequireName(string path, string nodeName)
    {
        if (IsNewName(nodeName) || (File.Exists(MarkerIn(path)) && File.ReadAllText(MarkerIn(path)).Trim() == nodeName)) return;
        throw new StartFailure($"'{nodeName}' (dynamo.name) cannot be the name of a new node: it is 1 to {NameCharactersMax} printable "
            + "ASCII characters, without spaces, / and \\, and does not begin with a dot.");
    }

    private static bool IsNewName(string name) =>
        name.Length is > 0 and <= NameCharactersMax && name[0] != '.' && name.All(one => one is > ' ' and <= '~' and not ('/' or '\\'));

    private static void Mark(string path, string nodeName, FileStream held, string given)
    {
        var marker = MarkerIn(path);
        var text = File.Exists(marker) ? File.ReadAllText(marker) : "";
        var owner = text.Trim();
        if (owner == nodeName) return;
        if (!IsMarker(text))
        {
            held.Dispose();
            throw new StorageCorruptException(marker, 0, "it does not hold the name of a node");
        }
        // Empty: a crash came between making the file and filling it, before there was anything else; or a repair.
        if (owner.Length == 0)
        {
            File.WriteAllText(marker, nodeName + "\n");
            return;
        }

        held.Dispose();
        throw new StartFailure(
            $"The data directory {path} ({given}) belongs to the node '{owner}', not to '{nodeName}'. Use that name, or name another "
            + "directory.");
    }
}
