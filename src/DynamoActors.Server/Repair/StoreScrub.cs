using System.Diagnostics;
using DynamoActors.Node.Requests;
using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Server.Repair;

/// <summary>
/// Reads through the tables of an open store, oldest first, on a thread of its own and no faster than it is told. Paused, or ended with the
/// process, it remembers which table is next. Any thread may call.
/// </summary>
internal sealed class StoreScrub : IDisposable
{
    private readonly Func<IReadOnlyList<string>> _damaged;
    private readonly Action<string> _found;
    private readonly ScrubFile _file;
    private readonly Lock _gate = new();
    private ScrubState _state;
    private CancellationTokenSource? _stop;
    private Thread? _thread;
    private long _lastRead;

    /// <param name="damaged">The files known to be damaged, whoever found them.</param>
    /// <param name="found">Told of each damaged table, those of an earlier life among them.</param>
    public StoreScrub(Func<IReadOnlyList<string>> damaged, Action<string> found, ScrubFile file)
    {
        (_damaged, _found, _file) = (damaged, found, file);
        _state = file.Read(out _lastRead) ?? new ScrubState(ScrubStep.Idle, 0, 0, 0, null, null, []);
        foreach (var table in _state.Damaged) found(table);
    }

    public ScrubState State
    {
        get
        {
            lock (_gate) return _state with { Damaged = _damaged() };
        }
    }

    /// <summary>Goes on where it was paused, else from the beginning. Nothing happens where it is under way.</summary>
    public void Begin(LsmEngine engine, long bytesPerSecond)
    {
        lock (_gate)
        {
            if (_state.Step == ScrubStep.Reading) return;
            if (_state.Step != ScrubStep.Paused)
            {
                _lastRead = 0;
                _state = new ScrubState(ScrubStep.Reading, engine.Statistics.Levels.Sum(level => level.Tables), 0, 0,
                    DateTimeOffset.UtcNow, null, []);
            }

            _state = _state with { Step = ScrubStep.Reading };
            _stop = new CancellationTokenSource();
            var stop = _stop.Token;
            _thread = new Thread(() => Run(engine, bytesPerSecond, stop)) { IsBackground = true, Name = "scrub" };
            _thread.Start();
        }
    }

    /// <summary>Nothing reads when it returns.</summary>
    public void Pause()
    {
        Thread? thread;
        lock (_gate)
        {
            _stop?.Cancel();
            thread = _thread;
        }

        thread?.Join();
    }

    public void Dispose() => Pause();

    private void Run(LsmEngine engine, long bytesPerSecond, CancellationToken stop)
    {
        var (pace, readNow) = (Stopwatch.StartNew(), 0L);
        try
        {
            while (engine.ReadThrough(_lastRead, Read) is { } table)
            {
                if (table.Damage is not null) _found(table.Path);
                lock (_gate)
                {
                    _lastRead = table.Number;
                    _state = _state with { TablesRead = _state.TablesRead + 1, Tables = _state.TablesRead + 1 + table.Left };
                }

                _file.Write(_lastRead, State);
            }

            _file.Delete();
            End(ScrubStep.Done);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The disk's own failures are for whoever needs the disk; begun again, it goes on at this table.
            End(ScrubStep.Paused);
        }

        void Read(long bytes)
        {
            readNow += bytes;
            lock (_gate) _state = _state with { BytesRead = _state.BytesRead + bytes };
            var early = TimeSpan.FromSeconds((double)readNow / bytesPerSecond) - pace.Elapsed;
            if (early > TimeSpan.Zero) stop.WaitHandle.WaitOne(early < TimeSpan.FromHours(1) ? early : TimeSpan.FromHours(1));
            stop.ThrowIfCancellationRequested();
        }
    }

    private void End(ScrubStep step)
    {
        lock (_gate)
        {
            _state = _state with { Step = step, Ended = step == ScrubStep.Done ? DateTimeOffset.UtcNow : null };
            _thread = null;
        }
    }
}
