using System.Collections.Concurrent;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Local;

namespace DynamoActors.Node.Telemetry;

/// <summary>
/// Different writes that this node met under one dot (docs/decisions/0010): counts each key's once and says so in the log. Any thread may
/// call.
/// </summary>
internal sealed class TwinDots(Action<string> logError)
{
    /// <summary>A whole directory may have been put back: after so many keys the rest is only counted, each time that it is met.</summary>
    private const int RememberedMax = 1000;

    private readonly ConcurrentDictionary<(string Key, Dot Dot), bool> _known = new();
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    /// <param name="key">A store key.</param>
    /// <param name="one">The node that holds one of the writes.</param>
    /// <param name="other">The node that holds, or sent, the other.</param>
    public void Met(ReadOnlyMemory<byte> key, Dot dot, string one, string other)
    {
        var isLast = _known.Count == RememberedMax - 1;
        if (_known.Count < RememberedMax)
        {
            if (!_known.TryAdd((Convert.ToHexString(key.Span), dot), true)) return;
            logError($"Two different writes have the dot {dot} of {StoredRecords.Describe(key)}: {one} has one, {other} another. Was a "
                + "data directory put back from a copy? Both are kept, in a last-write-wins bucket the later one; read the key and write "
                + "it with that context to end it");
            if (isLast) logError($"{RememberedMax} keys have dots that name two writes: further ones are counted, and not logged");
        }
        Interlocked.Increment(ref _count);
    }
}
