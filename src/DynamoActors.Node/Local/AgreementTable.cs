using System.Collections.Concurrent;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Local;

/// <summary>
/// When this node's replica of a partition last held exactly what another owner's did, as far as a comparison since the start has shown.
/// Any thread may ask.
/// </summary>
internal sealed class AgreementTable
{
    private readonly ConcurrentDictionary<(int Partition, string Peer), long> _asOf = new();
    private long _settled;
    private long _unfinished;
    private long _objects;

    /// <summary>Of the comparisons that this node began.</summary>
    public ComparisonCounts Counts =>
        new(Interlocked.Read(ref _settled), Interlocked.Read(ref _unfinished), Interlocked.Read(ref _objects));

    /// <summary>Null: no comparison has come to that end yet.</summary>
    public DateTimeOffset? AsOf(int partition, string peer) =>
        _asOf.TryGetValue((partition, peer), out long milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    public void Compared(bool isSettled) => Interlocked.Increment(ref isSettled ? ref _settled : ref _unfinished);

    public void Exchanged(long objects) => Interlocked.Add(ref _objects, objects);

    public void Agreed(int partition, string peer, long asOfUnixMilliseconds) => _asOf[(partition, peer)] = asOfUnixMilliseconds;
}
