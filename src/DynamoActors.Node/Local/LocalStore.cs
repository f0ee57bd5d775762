using DynamoActors.Storage;

namespace DynamoActors.Node.Local;

/// <summary>A node's opened storage with the identity that lives in it. One per data directory and process.</summary>
public sealed class LocalStore : IDisposable
{
    /// <param name="engine">Disposed with this.</param>
    /// <param name="nodeName">A directory that belonged to a node of another name gets a new identity.</param>
    /// <param name="newActorId">Draws a random identity.</param>
    /// <param name="hintBytesMaxPerOwner">Hints kept for one owner; what goes beyond is left to anti-entropy.</param>
    public LocalStore(IStorageEngine engine, string nodeName, Func<ulong> newActorId, long hintBytesMaxPerOwner = 1L << 30)
    {
        Engine = engine;
        Dots = new DotSource(engine, nodeName, newActorId);
        Seen = new SeenCounters(engine);
        UsedTime = new UsedTime(engine);
        Hints = new HintLedger(engine, hintBytesMaxPerOwner);
    }

    public IStorageEngine Engine { get; }
    internal DotSource Dots { get; }
    internal SeenCounters Seen { get; }
    internal UsedTime UsedTime { get; }
    internal HintLedger Hints { get; }
    internal AgreementTable Agreements { get; } = new();

    /// <summary>For as long as the process lives, however often its actors start.</summary>
    internal IdentityGuard Identity { get; } = new();

    /// <summary>Only once nothing is written any more.</summary>
    public void Dispose()
    {
        try
        {
            if (Seen.AppendNewest()) Engine.Flush();
        }
        catch (StorageException)
        {
            // After the next start peers have seen more than the directory says of itself, and it takes another identity.
        }
        Engine.Dispose();
    }
}
