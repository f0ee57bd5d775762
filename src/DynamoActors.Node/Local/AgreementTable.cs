using System.Collections.Concurrent;

namespace DynamoActors.Node.Local;

/// <summary>
/// When this node's replica of a partition last held exactly what another owner's did, as far as a comparison since the start has shown.
/// Any thread may ask.
/// </summary>
internal sealed class AgreementTable
{
    private readonly ConcurrentDictionary<(int Partition, string Peer), long> _asOf = new();

    /// <summary>Null: no comparison has come to that end yet.</summary>
    public DateTimeOffset? AsOf(int partition, string peer) =>
        _asOf.TryGetValue((partition, peer), out long milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    public void Agreed(int partition, string peer, long asOfUnixMilliseconds) => _asOf[(partition, peer)] = asOfUnixMilliseconds;
}
