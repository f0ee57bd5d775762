using DynamoActors.Storage.Lsm.Levels;
using DynamoActors.Storage.Lsm.Tables;

namespace DynamoActors.Storage.Lsm.Compaction;

/// <summary>New tables in the making, and the edit that puts them in place.</summary>
internal abstract class BackgroundJob(Catalog catalog, TableBuild build) : IDisposable
{
    private readonly List<KeyRange> _droppedMeanwhile = [];

    /// <summary>
    /// A range was dropped while the job runs: what it has read of it must not come back. The caller holds the catalog's gate.
    /// </summary>
    public void Drop(KeyRange range) => _droppedMeanwhile.Add(range);

    /// <summary>Goes on for about that many bytes; true once all is written.</summary>
    public bool RunPiece(long bytes) => build.RunPiece(bytes);

    public long TakeWrittenBytes() => build.TakeWrittenBytes();

    /// <summary>The caller holds the catalog's gate.</summary>
    public void Commit(Action<OpenLevels> install)
    {
        // Even where it fails: the edit may have reached the disk, and then names these tables.
        build.Keep();
        catalog.Commit(Edit(), install);
    }

    public virtual void Dispose() => build.Dispose();

    protected abstract LevelsEdit Edit();

    protected IEnumerable<TableMeta> Outputs()
    {
        foreach (var table in build.Tables)
        {
            TableMeta? left = table;
            foreach (var range in _droppedMeanwhile)
                left = left?.Without(range);
            if (left is not null)
                yield return left;
        }
    }
}
