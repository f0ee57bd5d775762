using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DynamoActors.Core.Bytes;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Levels;

/// <summary>
/// The manifest: <c>magic u64 | version u32 | crc32c u32</c>, then records <c>mark u32 | length u32 | crc32c u32 | edit</c>, the checksum
/// being over length and edit. The file CURRENT holds the name of the one that counts. Each record is synced before anything
/// is done that relies on it, so only the last can be torn. Beside it lies a copy, which gets every record after it: nothing else tells
/// which tables make up the store.
/// </summary>
internal sealed class ManifestFile : IDisposable
{
    internal const string CurrentName = "CURRENT", UnfinishedCurrentName = "CURRENT.new", NamePrefix = "MANIFEST-", CopySuffix = ".copy";
    internal const int HeaderBytes = 16, RecordHeaderBytes = 12;
    internal const uint Version = 1;
    /// <summary>"DYNLSMMF" in the file.</summary>
    internal const ulong Magic = 0x464D4D534C4E5944;
    /// <summary>"EDIT" in the file.</summary>
    internal const uint Mark = 0x54494445;

    private readonly IFile[] _files;

    private ManifestFile(IFile[] files) => _files = files;

    public long Bytes { get; private set; }

    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{number:D6}");

    public static string CopyOf(string name) => name + CopySuffix;

    /// <summary>The number in the name of a manifest or of a copy; null for any other name.</summary>
    public static long? NumberOf(string name) =>
        IsName(name.EndsWith(CopySuffix, StringComparison.Ordinal) ? name[..^CopySuffix.Length] : name, out var number) ? number : null;

    public static bool IsName(string name, out long number)
    {
        number = 0;
        return name.StartsWith(NamePrefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(NamePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Writes a new manifest of one edit, and makes it the one that counts; durable on return.</summary>
    public static ManifestFile Create(IFileSystem files, string directory, long number, LevelsEdit snapshot)
    {
        var manifest = new ManifestFile(Array.ConvertAll(
            [NameOf(number), CopyOf(NameOf(number))], name => OpenNew(files, Path.Combine(directory, name))));
        try
        {
            var header = new byte[HeaderBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), Crc32C.Of(header.AsSpan(0, 12)));
            foreach (var file in manifest._files)
                file.Write(0, header);
            manifest.Bytes = HeaderBytes;
            manifest.Append(snapshot);
            files.SyncDirectory(directory);
            SetCurrent(files, directory, NameOf(number));
            return manifest;
        }
        catch
        {
            manifest.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Durable on return, which says how many bytes it took. After a failure the file's end is unknown: the next edit needs a new
    /// manifest.
    /// </summary>
    public long Append(LevelsEdit edit)
    {
        var payload = edit.ToBytes();
        var record = new byte[RecordHeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), payload.Length);
        payload.CopyTo(record, RecordHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), RecordChecksum(record));
        foreach (var file in _files)
        {
            file.Write(Bytes, record);
            file.Sync();
        }
        Bytes += record.Length;
        return record.Length;
    }

    public void Dispose() => Array.ForEach(_files, file => file.Dispose());

    /// <summary>The name in CURRENT; null where the directory has none.</summary>
    public static string? ReadCurrent(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, CurrentName);
        if (!files.Exists(path))
            return null;
        var name = Encoding.ASCII.GetString(ReadAll(files, path));
        if (!name.EndsWith('\n') || !IsName(name[..^1], out _))
            throw new StorageCorruptException(path, 0, "it does not hold the name of a manifest");
        return name[..^1];
    }

    /// <summary>The edits of a manifest, and where a torn one at its end was left out.</summary>
    public static (List<LevelsEdit> Edits, int? TornAt) Read(IFileSystem files, string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (!files.Exists(path))
            throw new StorageCorruptException(path, 0, "CURRENT names this manifest, but it is missing");
        var bytes = ReadAll(files, path);
        CheckHeader(path, bytes);
        var edits = new List<LevelsEdit>();
        var at = HeaderBytes;
        while (TryReadRecord(bytes, at, out var payload))
        {
            edits.Add(Decode(path, at, payload));
            at += RecordHeaderBytes + payload.Length;
        }
        if (edits.Count == 0)
            throw new StorageCorruptException(path, HeaderBytes, "its first edit is damaged");
        // What was torn by a crash was the last: whole records behind a broken one say that this one was damaged later.
        for (var behind = at + 1; behind < bytes.Length; behind++)
        {
            if (TryReadRecord(bytes, behind, out _))
                throw new StorageCorruptException(path, at, "an edit does not match its checksum");
        }
        return (edits, at < bytes.Length ? at : null);
    }

    /// <summary>With its copy.</summary>
    public static void DeleteUnused(LsmContext context, string name)
    {
        context.DeleteUnused(context.PathOf(name));
        context.DeleteUnused(context.PathOf(CopyOf(name)));
    }

    /// <summary>How many edits can be read of it; 0 where it is damaged or missing.</summary>
    public static int CountSound(IFileSystem files, string directory, string name)
    {
        try
        {
            return Read(files, directory, name).Edits.Count;
        }
        catch (StorageCorruptException)
        {
            return 0;
        }
    }

    /// <summary>Writes the manifest anew from its copy; durable on return.</summary>
    public static void Restore(IFileSystem files, string directory, string name) =>
        Replace(files, directory, name, ReadAll(files, Path.Combine(directory, CopyOf(name))));

    /// <summary>What the manifest held, made of what is sound of it and of its copy; null where that is not all.</summary>
    public static byte[]? Combine(IFileSystem files, string directory, string name)
    {
        var (path, copy) = (Path.Combine(directory, name), Path.Combine(directory, CopyOf(name)));
        return files.Exists(path) && files.Exists(copy) ? ManifestOverlay.Combine(ReadAll(files, path), ReadAll(files, copy)) : null;
    }

    /// <summary>Writes the copy anew, from which <see cref="Restore"/> writes the manifest; durable on return.</summary>
    public static void WriteCopy(IFileSystem files, string directory, string name, byte[] bytes) =>
        Replace(files, directory, CopyOf(name), bytes);

    /// <summary>
    /// What was read of the manifest, and that CURRENT names it, survives power loss from now on. It is written once more: where its sync
    /// had failed, the operating system may show what is not on the disk, and say that a sync has nothing to do.
    /// </summary>
    public static void MakeDurable(IFileSystem files, string directory, string name)
    {
        var path = Path.Combine(directory, name);
        var bytes = ReadAll(files, path);
        using (var file = files.Open(path, FileOpening.ReadWrite))
        {
            file.Write(0, bytes);
            file.Sync();
        }
        files.SyncDirectory(directory);
    }

    /// <summary>Makes the manifest of that name the one that counts; durable on return.</summary>
    public static void SetCurrent(IFileSystem files, string directory, string name) =>
        Replace(files, directory, CurrentName, Encoding.ASCII.GetBytes(name + "\n"));

    private static void Replace(IFileSystem files, string directory, string name, byte[] bytes)
    {
        var temporary = Path.Combine(directory, UnfinishedCurrentName);
        using (var file = OpenNew(files, temporary))
        {
            file.Write(0, bytes);
            file.Sync();
        }
        files.Rename(temporary, Path.Combine(directory, name));
        files.SyncDirectory(directory);
    }

    private static IFile OpenNew(IFileSystem files, string path)
    {
        files.Delete(path);
        return files.Open(path, FileOpening.CreateNew);
    }

    internal static bool IsHeader(ReadOnlySpan<byte> bytes) => bytes.Length >= HeaderBytes
        && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) == Crc32C.Of(bytes[..12]);

    private static void CheckHeader(string path, ReadOnlySpan<byte> bytes)
    {
        if (!IsHeader(bytes))
            throw new StorageCorruptException(path, 0, "it does not begin as a manifest does");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw new StorageRefusedException(
                $"{path} has manifest format {version}; this program reads format {Version}. "
                + "Use the program that wrote it, or a newer one.");
    }

    internal static bool TryReadRecord(ReadOnlySpan<byte> bytes, int at, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length - at < RecordHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != Mark)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(at + 4)..]);
        if (length < 0 || length > bytes.Length - at - RecordHeaderBytes)
            return false;
        var record = bytes.Slice(at, RecordHeaderBytes + length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[8..]) != RecordChecksum(record))
            return false;
        payload = record[RecordHeaderBytes..];
        return true;
    }

    /// <summary>Over the length and the edit, with the checksum's own place as zeros.</summary>
    private static uint RecordChecksum(ReadOnlySpan<byte> record)
    {
        var checkedBytes = record[4..].ToArray();
        checkedBytes.AsSpan(4, 4).Clear();
        return Crc32C.Of(checkedBytes);
    }

    private static LevelsEdit Decode(string path, int at, ReadOnlySpan<byte> payload)
    {
        try
        {
            return LevelsEdit.Read(payload);
        }
        catch (Exception broken) when (broken is InvalidDataException or OverflowException)
        {
            throw new StorageCorruptException(path, at, broken.Message);
        }
    }

    private static byte[] ReadAll(IFileSystem files, string path)
    {
        using var file = files.Open(path, FileOpening.Read);
        var bytes = new byte[file.Length];
        return bytes[..file.Read(0, bytes)];
    }
}
