using System.Text.Json;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Http.Operations;

/// <summary><c>/stats</c>: what this node counts. All counts are since its start; times are in seconds.</summary>
internal static class StatisticsPage
{
    public static ReadOnlyMemory<byte> Render(IStoreNode node) => JsonText.Object(json =>
    {
        var statistics = node.Statistics;
        json.WriteString("node", node.Name);
        json.WriteNumber("uptime", statistics.Uptime.TotalSeconds);
        WriteRequests(json, statistics);
        json.WriteStartArray("hints");
        foreach (var queue in statistics.Hints) WriteHints(json, queue);
        json.WriteEndArray();
        json.WriteStartArray("antiEntropy");
        foreach (var partition in statistics.AntiEntropy) WriteAgreements(json, partition);
        json.WriteEndArray();
        WriteStorage(json, statistics.Storage);
    });

    private static void WriteRequests(Utf8JsonWriter json, NodeStatistics statistics)
    {
        json.WriteStartObject("requests");
        json.WriteNumber("underWay", statistics.RequestsUnderWay);
        json.WriteNumber("max", statistics.RequestsMax);
        json.WriteNumber("divergentReads", statistics.DivergentReads);
        json.WriteNumber("readRepairs", statistics.ReadRepairs);
        json.WriteNumber("quorumFailures", statistics.QuorumFailures);
        json.WriteEndObject();
    }

    private static void WriteHints(Utf8JsonWriter json, HintQueue queue)
    {
        json.WriteStartObject();
        json.WriteString("target", queue.Target);
        json.WriteNumber("count", queue.Count);
        json.WriteNumber("bytes", queue.Bytes);
        json.WriteNumber("dropped", queue.Dropped);
        json.WriteEndObject();
    }

    private static void WriteAgreements(Utf8JsonWriter json, PartitionAgreement partition)
    {
        json.WriteStartObject();
        json.WriteNumber("partition", partition.Partition);
        json.WriteStartArray("peers");
        foreach (var peer in partition.Peers)
        {
            json.WriteStartObject();
            json.WriteString("node", peer.Peer);
            JsonTime.Write(json, "agreedAsOf", peer.AsOf);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStorage(Utf8JsonWriter json, StorageStatistics storage)
    {
        json.WriteStartObject("storage");
        json.WriteNumber("logBytes", storage.LogBytes);
        json.WriteNumber("logAge", storage.LogAge.TotalSeconds);
        json.WriteNumber("memtableBytes", storage.MemtableBytes);
        json.WriteStartArray("levels");
        foreach (var level in storage.Levels)
        {
            json.WriteStartObject();
            json.WriteNumber("level", level.Level);
            json.WriteNumber("tables", level.Tables);
            json.WriteNumber("bytes", level.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("compactionDebtBytes", storage.CompactionDebtBytes);
        json.WriteNumber("stalledAppends", storage.StalledAppends);
        json.WriteNumber("writePressure", storage.WritePressure);
        json.WriteNumber("blockCacheHits", storage.BlockCacheHits);
        json.WriteNumber("blockCacheMisses", storage.BlockCacheMisses);
        json.WriteNumber("bloomNegatives", storage.BloomNegatives);
        json.WriteNumber("userBytesWritten", storage.UserBytesWritten);
        json.WriteNumber("diskBytesWritten", storage.DiskBytesWritten);
        json.WriteNumber("writeAmplification", storage.WriteAmplification);
        json.WriteNumber("syncs", storage.Syncs);
        json.WriteString("backgroundFailure", storage.BackgroundFailure);
        json.WriteEndObject();
    }
}
