namespace Akka.Embedded.Persistence;

/// <summary>One snapshot, as the bytes of its file: written whole and renamed into place, hence either valid or damaged, never torn.</summary>
internal readonly record struct SnapshotFile(int SerializerId, string Manifest, byte[] Payload)
{
    private static readonly byte[] _fileHeader = "AKKASNP1"u8.ToArray();

    /// <summary>The name holds what a search needs, so that none but the wanted file is opened.</summary>
    public static string NameOf(string persistenceId, long sequenceNr, long timestamp) =>
        $"{FileNames.Escape(persistenceId)}-{sequenceNr:D19}-{timestamp:D19}.snapshot";

    public static bool TryParse(string name, string persistenceId, out long sequenceNr, out long timestamp)
    {
        sequenceNr = timestamp = 0;
        string prefix = FileNames.Escape(persistenceId) + "-";
        if (!name.StartsWith(prefix, StringComparison.Ordinal) || !name.EndsWith(".snapshot", StringComparison.Ordinal)) return false;
        string[] numbers = name[prefix.Length..^".snapshot".Length].Split('-');
        return numbers.Length == 2 && long.TryParse(numbers[0], out sequenceNr) && long.TryParse(numbers[1], out timestamp);
    }

    public byte[] ToBytes()
    {
        var file = new List<byte>(_fileHeader);
        var body = new List<byte>();
        new JournalEntry(0, 0, SerializerId, Manifest, Payload).Write(body);
        RecordFrame.Write(file, body.ToArray(), file.Count);
        return file.ToArray();
    }

    /// <exception cref="JournalDamagedException">The bytes are not what was written.</exception>
    public static SnapshotFile Read(string path, byte[] file)
    {
        bool whole = file.AsSpan().StartsWith(_fileHeader);
        if (!whole || !RecordFrame.TryRead(file, _fileHeader.Length, out var body) || _fileHeader.Length + RecordFrame.HeaderLength + body.Length != file.Length)
            throw new JournalDamagedException(path, whole ? _fileHeader.Length : 0, "it is no whole snapshot");
        var entry = JournalEntry.Read(ref body);
        return new SnapshotFile(entry.SerializerId, entry.Manifest, entry.Payload);
    }
}
