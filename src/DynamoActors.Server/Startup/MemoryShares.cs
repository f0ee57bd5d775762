using DynamoActors.Node.Settings;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Divides what the process may have among everything that grows with data and load. Where there is plenty the values of
/// hocon/reference.conf stay; where there is less, those shrink that nobody set elsewhere.
/// </summary>
internal static class MemoryShares
{
    /// <summary>What a node takes without data and requests: code, actors, tables' indexes and filters, connections.</summary>
    public const long NodeItselfBytes = 96L << 20;

    /// <summary>With less, what is left to divide holds no large value on its way.</summary>
    public const long LeastBytes = 160L << 20;

    /// <summary>Of large arrays that nobody uses any more and that are still to be found. More: memory. Less: time to find them.</summary>
    private const long UnusedBytesMost = 128L << 20;

    private const int Whole = 32;
    private const int UnusedParts = 4;

    private const long ShareBytesMin = 256 * 1024;

    /// <summary>
    /// Of what a node does not take itself, in parts of the whole. A memtable has an array for keys and small values, and as much of large
    /// ones beside it. What other nodes have not yet answered (<c>peer</c>) is in bodies and links already.
    /// </summary>
    private static readonly (string Key, int Parts, Func<Counts, int> Among)[] Shares =
    [
        ("dynamo.store.lsm.block-cache-bytes", 3, _ => 1),
        ("dynamo.store.lsm.memtable-bytes", 7, counts => 2 * counts.Memtables),
        ("dynamo.store.log.unflushed-bytes-max", 3, _ => 1),
        ("dynamo.http.bodies-bytes-max", 5, _ => 1),
        ("dynamo.http.answers-bytes-max", 4, _ => 1),
        ("dynamo.links.requests-bytes-max", 1, counts => counts.Peers),
        ("dynamo.links.bulk-bytes-max", 5, counts => counts.Peers),
        ("dynamo.peer.bytes-max", 5, _ => 1),
    ];

    /// <summary>The most that each key may have, in bytes.</summary>
    public static IEnumerable<(string Key, long Bytes)> Of(long availableBytes, Counts counts)
    {
        var toDivide = ToDivide(availableBytes, counts);
        return Shares.Select(share => (share.Key, Math.Max(ShareBytesMin, toDivide / Whole * share.Parts / share.Among(counts))));
    }

    /// <summary>How much of large arrays may be unused.</summary>
    public static long UnusedOf(long availableBytes, Counts counts) =>
        Math.Clamp(ToDivide(availableBytes, counts) / Whole * UnusedParts, ShareBytesMin, UnusedBytesMost);

    private static long ToDivide(long availableBytes, Counts counts) =>
        Math.Max(0, availableBytes - NodeItselfBytes - counts.ArrivingBytes);

    /// <exception cref="StartFailure">It is too little for any node.</exception>
    public static LayeredConfiguration Fit(LayeredConfiguration layers, long availableBytes)
    {
        if (availableBytes < LeastBytes)
            throw new StartFailure(
                $"This process may have {availableBytes >> 20} MiB of memory, and a node needs {LeastBytes >> 20} MiB at least. "
                + "Raise what its container, or DOTNET_GCHeapHardLimit, allows: a container's process may use three quarters of it.");
        var smaller = Of(availableBytes, Counts.Of(layers.Config))
            .Where(share => !layers.IsSetOutsideOfReference(share.Key) && layers.Config.GetByteSize(share.Key) > share.Bytes)
            .Select(share => $"{share.Key} = {share.Bytes}").ToArray();
        return smaller.Length == 0
            ? layers
            : layers.Under(LayeredConfiguration.Of(ConfigurationText.Parse(ConfigurationText.Machine, string.Join('\n', smaller))));
    }

    /// <param name="Memtables">That one engine may hold: the one that is written to, and those that wait.</param>
    /// <param name="Peers">Other nodes, as far as the configuration tells.</param>
    /// <param name="ValueBytesMax">Each of them may be sending such a value.</param>
    internal sealed record Counts(int Memtables, int Peers, long ValueBytesMax)
    {
        public long ArrivingBytes => Peers * ValueBytesMax;

        public static Counts Of(Akka.Configuration.Config config) => new(
            1 + Setting.Number(config, "dynamo.store.lsm.waiting-memtables-max", 1, 1000),
            Math.Max(1, Setting.Number(config, "dynamo.ring.initial-members", 1) - 1),
            Setting.Size(config, "dynamo.http.value-bytes-max", 1));
    }
}
