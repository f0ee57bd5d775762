namespace DynamoActors.Storage.Log;

/// <summary>
/// Reads of a damaged log what is sound: whole frames, wherever they are, in order, without asking for those that are missing between them.
/// </summary>
internal sealed class LogSalvage(
    IFileSystem files, string directory, long afterSequence, Action<LoggedBatch> replay, Action<string> skipped)
{
    private readonly LoggedBatch _batch = new();

    public long LastSequence { get; private set; } = afterSequence;

    public long NextNumber { get; private set; } = 1;

    public void Run()
    {
        foreach (var name in files.List(directory))
        {
            if (LogFormat.NumberOf(name, LogFormat.Extension) is not { } number)
                continue;
            NextNumber = number + 1;
            using var segment = new SegmentReader(files, Path.Combine(directory, name), number);
            ReplayFrames(segment);
        }
    }

    private void ReplayFrames(SegmentReader segment)
    {
        while (segment.SkipToFrame(1) is { } at && segment.TryReadFrame(out var frame, out var payload))
        {
            if (frame.FirstSequence > LastSequence + 1)
                skipped($"Batches {LastSequence + 1} to {frame.FirstSequence - 1} are missing before {segment.Path}, offset {at}.");
            for (var sequence = frame.FirstSequence; sequence <= frame.LastSequence && _batch.TryRead(sequence, ref payload); sequence++)
            {
                if (sequence <= LastSequence)
                    continue;
                replay(_batch);
                LastSequence = sequence;
            }
        }
    }
}
