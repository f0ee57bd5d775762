using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Memtables;

namespace DynamoActors.Storage.Lsm.Views;

/// <summary>The view that reads begin with, and the one lock under which it is replaced and written to.</summary>
internal sealed class LiveView(View first, ArenaPool arenas)
{
    private View _current = first;
    private volatile bool _isClosed;

    /// <summary>Held by whoever appends or replaces the view. Nothing under it touches the disk.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Where the next memtables take their memory from.</summary>
    public ArenaPool Arenas => arenas;

    public View Current => _current;

    public bool IsClosed => _isClosed;

    /// <summary>The current view, to be released by the caller.</summary>
    public View Hold()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(IStorageEngine));
            var view = Volatile.Read(ref _current);
            if (view.TryHold())
                return view;
        }
    }

    /// <summary>The caller holds the gate.</summary>
    public void Replace(MemtableView active, MemtableView[] waiting, OpenLevels levels)
    {
        var old = _current;
        Volatile.Write(ref _current, new View(active, waiting, levels));
        old.Release();
    }

    /// <summary>New levels, and without the memtables that are now in them.</summary>
    public void Install(OpenLevels levels, MemtableView[] flushed)
    {
        lock (Gate)
        {
            var waiting = Array.FindAll(_current.Waiting, view => !Array.Exists(flushed, done => done.Memtable == view.Memtable));
            foreach (var view in flushed)
                view.Memtable.Flushed();
            Replace(_current.Active, waiting, levels);
        }
    }

    public void Close()
    {
        lock (Gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _current.Release();
        }
    }
}
