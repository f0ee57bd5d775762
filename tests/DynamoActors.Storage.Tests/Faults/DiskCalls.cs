using DynamoActors.Storage.Files;

namespace DynamoActors.Storage.Tests.Faults;

/// <summary>
/// Each call on which durability rests, on a file named <see cref="Target"/>, and the system calls that may stand behind it.
/// </summary>
internal static class DiskCalls
{
    public const string Target = "target";

    private static readonly RealFileSystem Files = new();

    private static readonly Dictionary<string, (string SystemCalls, Action<string> Run)> All = new()
    {
        ["Sync"] = ("fsync,fdatasync", OnFile(file => file.Sync())),
        ["Write"] = ("pwrite64,write", OnFile(file => file.Write(0, "bytes"u8))),
        ["WriteParts"] = ("pwritev,pwritev2,pwrite64,writev", OnFile(file => file.Write(0, [Keys.Bytes("a"), Keys.Bytes("b")]))),
        ["Preallocate"] = ("pwrite64,fallocate", OnFile(file => file.Preallocate(1 << 16))),
        ["PreallocateSync"] = ("fsync,fdatasync", OnFile(file => file.Preallocate(1 << 16))),
        ["SetLength"] = ("ftruncate", OnFile(file => file.SetLength(10))),
        ["Rename"] = ("rename,renameat,renameat2", path => Files.Rename(path, path + ".renamed")),
        ["Link"] = ("link,linkat", path => Files.Link(path, path + ".linked")),
        ["Delete"] = ("unlink,unlinkat", Files.Delete),
        ["CreateDirectory"] = ("mkdir,mkdirat", MakeDirectory),
        ["SyncDirectory"] = ("fsync,fdatasync", SyncDirectory),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static string SystemCallsOf(string name) => All[name].SystemCalls;

    public static void Run(string name, string directory) => All[name].Run(Path.Combine(directory, Target));

    private static void MakeDirectory(string path)
    {
        Files.Delete(path);
        Files.CreateDirectory(path);
    }

    private static void SyncDirectory(string path)
    {
        MakeDirectory(path);
        Files.SyncDirectory(path);
    }

    private static Action<string> OnFile(Action<IFile> call) => path =>
    {
        using var file = Files.Open(path, FileOpening.ReadWrite);
        call(file);
    };
}
