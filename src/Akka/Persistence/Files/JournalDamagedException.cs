namespace Akka.Embedded.Persistence;

/// <summary>A file of the journal or the snapshot store cannot be read although its end was written after the damaged place.</summary>
public sealed class JournalDamagedException(string file, long offset, string what)
    : IOException($"{file} is damaged at offset {offset}: {what}. Nothing was changed. Restore the file from a backup, or move it away to start without its events")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;
}
