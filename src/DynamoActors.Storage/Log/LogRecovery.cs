namespace DynamoActors.Storage.Log;

/// <summary>
/// Reads the log back: every batch after a given sequence number, in order, each whole. What is missing or broken is an error, except at
/// the very end of the last segment, where a write that was never acknowledged may have been cut short.
/// </summary>
internal sealed class LogRecovery
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly long _afterSequence;
    private readonly TimeProvider _time;
    private readonly Action<LoggedBatch> _replay;
    private readonly LoggedBatch _batch = new();
    private readonly List<string> _report = [];
    private readonly List<LogSegment> _needed = [];

    public LogRecovery(IFileSystem files, string directory, long afterSequence, TimeProvider time, Action<LoggedBatch> replay)
    {
        (_files, _directory, _afterSequence, _time, _replay) = (files, directory, afterSequence, time, replay);
        LastSequence = afterSequence;
    }

    public IReadOnlyList<string> Report => _report;

    /// <summary>The segments that hold batches after the given sequence number, oldest first.</summary>
    public IReadOnlyList<LogSegment> Needed => _needed;

    /// <summary>Files whose batches nobody needs; they become spares.</summary>
    public List<string> Obsolete { get; } = [];

    public long LastSequence { get; private set; }

    public long NextNumber { get; private set; } = 1;

    /// <summary>Where the last segment's frames end; what the next segment's header records.</summary>
    public long LastEnd { get; private set; }

    /// <summary>Instead of <see cref="Run"/>: what is damaged is left out and told. For a store that is only copied from.</summary>
    public void RunSkipping(Action<string> skipped)
    {
        var salvage = new LogSalvage(_files, _directory, _afterSequence, _replay, skipped);
        salvage.Run();
        (LastSequence, NextNumber) = (salvage.LastSequence, salvage.NextNumber);
    }

    public void Run()
    {
        var segments = new List<SegmentReader>();
        try
        {
            foreach (var name in _files.List(_directory))
            {
                if (LogFormat.NumberOf(name, LogFormat.Extension) is { } number)
                    segments.Add(new SegmentReader(_files, Path.Combine(_directory, name), number));
            }
            Recover(segments);
        }
        finally
        {
            foreach (var segment in segments)
                segment.Dispose();
        }
    }

    private void Recover(List<SegmentReader> segments)
    {
        if (segments.Count == 0)
            return;
        NextNumber = segments[^1].Number + 1;
        DropIfNeverBegun(segments);
        var first = segments.FindLastIndex(segment => segment.Header?.FirstSequence <= _afterSequence + 1);
        if (first < 0 && segments.Count > 0)
            throw Damaged(segments[0], 0, segments[0].Header is { } header
                ? $"it begins with batch {header.FirstSequence}, but batch {_afterSequence + 1} is needed and in no file"
                : "its header's checksum does not match");
        Obsolete.AddRange(segments.Take(first).Select(segment => segment.Path));
        for (var i = first; i >= 0 && i < segments.Count; i++)
            ReadSegment(segments[i], i + 1 < segments.Count ? segments[i + 1] : null);
    }

    /// <summary>A last segment without a header is a file that was made, or renamed, and not yet written to when the power went.</summary>
    private void DropIfNeverBegun(List<SegmentReader> segments)
    {
        var last = segments[^1];
        if (last.Header is not null)
            return;
        if (last.FileBytes < LogFormat.SegmentHeaderBytes)
            throw Damaged(last, last.FileBytes, "it ends before its header does");
        if (last.FindFrameBehind(0) is { } frame)
            throw Damaged(last, 0, $"its header's checksum does not match, but batches follow at {frame}");
        Obsolete.Add(last.Path);
        NextNumber = last.Number;
        segments.RemoveAt(segments.Count - 1);
        last.Dispose();
    }

    private void ReadSegment(SegmentReader segment, SegmentReader? next)
    {
        var header = segment.Header ?? throw Damaged(segment, 0, "its header's checksum does not match");
        if (header.FirstSequence > LastSequence + 1)
            throw Damaged(
                segment, 0, $"it begins with batch {header.FirstSequence}, but batch {LastSequence + 1} is needed and in no file");
        var sequence = ReplayFrames(segment, header.FirstSequence);
        LastSequence = Math.Max(LastSequence, sequence - 1);
        LastEnd = segment.Offset;
        if (next is not null)
            CheckEnd(segment, next, sequence);
        else
            CutTornEnd(segment, sequence);
        if (next is null && sequence == header.FirstSequence)
        {
            // Begun but empty: its number is used again, or every restart would leave one behind.
            Obsolete.Add(segment.Path);
            (NextNumber, LastEnd) = (segment.Number, header.PreviousEnd);
            return;
        }
        _needed.Add(new LogSegment(segment.Number, _time.GetTimestamp())
        {
            FileBytes = segment.FileBytes,
            End = segment.Offset,
            LastSequence = sequence - 1,
        });
    }

    private long ReplayFrames(SegmentReader segment, long sequence)
    {
        while (segment.TryReadFrame(out var frame, out var payload))
        {
            if (frame.FirstSequence != sequence)
                throw Damaged(segment, segment.Offset - frame.Bytes, $"batch {frame.FirstSequence} stands where batch {sequence} should");
            for (; sequence <= frame.LastSequence; sequence++)
            {
                if (!_batch.TryRead(sequence, ref payload))
                    throw Damaged(segment, segment.Offset - frame.Bytes, $"batch {sequence} is no batch although its checksum matches");
                if (sequence > _afterSequence)
                    _replay(_batch);
            }
        }
        return sequence;
    }

    private static void CheckEnd(SegmentReader segment, SegmentReader next, long sequence)
    {
        if (next.Header is not { } header)
            throw Damaged(next, 0, "its header's checksum does not match");
        if (next.Number != segment.Number + 1)
            throw Damaged(next, 0, $"the segment before it, {LogFormat.NameOf(next.Number - 1)}, is missing");
        if (header.FirstSequence < sequence)
            throw Damaged(
                next, 0, $"it begins with batch {header.FirstSequence}, but the segment before it holds batches up to {sequence - 1}");
        if (header.PreviousEnd != segment.Offset)
            throw Damaged(
                segment, segment.Offset, $"the checksum of the frame there does not match, and frames go on to {header.PreviousEnd}");
    }

    private void CutTornEnd(SegmentReader segment, long sequence)
    {
        if (segment.FindFrameBehind(sequence + 1) is { } behind)
            throw Damaged(
                segment, segment.Offset, $"the checksum of the frame there does not match, and another frame follows at {behind}");
        if (segment.IsWholeButForABit(sequence))
            throw Damaged(segment, segment.Offset,
                "a single bit of the last frame is wrong. A write that was cut short does not look so: this one was whole once, and may "
                + "have been acknowledged");
        if (segment.IsCutOffAt(sequence))
            throw Damaged(segment, segment.FileBytes, $"it ends within the frame that begins at {segment.Offset}");
        if (segment.IsTornAt(sequence))
            _report.Add(
                $"{segment.Path} was cut at offset {segment.Offset}: the last write is not whole, and the log was not ended as by an "
                + "orderly stop. It had not finished, so it was never acknowledged; or, if the power did not go just then, the disk has "
                + "damaged it since, and the other owners have it.");
        segment.MakeDurable();
    }

    private static StorageCorruptException Damaged(SegmentReader segment, long offset, string what) =>
        new(segment.Path, offset, what);
}
