using System.Diagnostics.Metrics;
using DynamoActors.Node.Requests;

namespace DynamoActors.Node.Telemetry;

/// <summary>The instruments that are read when somebody asks.</summary>
internal static class NodeInstruments
{
    public static void Create(Meter meter, NodeReading reading)
    {
        var instruments = new Instruments(meter, reading);
        OfRequests(instruments);
        OfHints(instruments);
        OfAntiEntropy(instruments);
        OfMoves(instruments, reading.Node);
        OfTheCluster(instruments, reading);
        OfTheLog(instruments);
        OfTables(instruments);
    }

    private static void OfRequests(Instruments on)
    {
        on.Gauge("dynamo.uptime", "s", "Since the node's actors were started.", read => read.Uptime.TotalSeconds);
        on.Gauge("dynamo.requests.under_way", "{request}", "Requests that are not answered yet.", read => read.RequestsUnderWay);
        on.Gauge("dynamo.requests.limit", "{request}", "Beyond so many under way, requests are refused.", read => read.RequestsMax);
        on.Counter("dynamo.reads.divergent", "{read}", "Reads whose replicas differed.", read => read.DivergentReads);
        on.Counter("dynamo.read_repairs", "{replica}", "Replicas that reads wrote the merged object back to.", read => read.ReadRepairs);
        on.Counter("dynamo.twin_dots", "{key}", "Keys with different writes under one dot.", read => read.TwinDots);
        on.Gauge("dynamo.mailbox.messages", "{message}", "Messages that wait for the busiest actor of each sort.",
            read => read.Mailboxes.Select(sort =>
                new Measurement<long>(sort.LongestQueue, new KeyValuePair<string, object?>("actors", sort.Actors))));
    }

    private static void OfHints(Instruments on)
    {
        on.Gauge("dynamo.hints", "{hint}", "Hints that wait here for a node.", read => ByTarget(read, queue => queue.Count));
        on.Gauge("dynamo.hints.size", "By", "Their bytes.", read => ByTarget(read, queue => queue.Bytes));
        on.Counter("dynamo.hints.dropped", "{hint}", "Hints that were not kept, or given up for their age.",
            read => ByTarget(read, queue => queue.Dropped));
        on.Gauge("dynamo.hints.age", "s", "How long a node has been missing the oldest write that waits here for it.",
            (read, now) => read.Hints.Select(queue => new Measurement<double>(
                queue.Since is { } since ? Math.Max(0, (now - since).TotalSeconds) : 0, Target(queue))));
    }

    private static void OfAntiEntropy(Instruments on)
    {
        on.Counter("dynamo.anti_entropy.comparisons", "{comparison}", "Comparisons with other owners that this node began.", read =>
        [
            new Measurement<long>(read.Comparisons.Settled, new KeyValuePair<string, object?>("result", "equal")),
            new Measurement<long>(read.Comparisons.Unfinished, new KeyValuePair<string, object?>("result", "unfinished")),
        ]);
        on.Counter("dynamo.anti_entropy.objects", "{object}", "Objects that comparisons carried to replicas that lacked them.",
            read => read.Comparisons.Objects);
        on.Gauge("dynamo.anti_entropy.age", "s", "Since when a partition's owners are not known to have held the same.",
            (read, now) => read.AntiEntropy.Select(partition => new Measurement<double>(
                AgeOf(partition, read, now), new KeyValuePair<string, object?>("partition", partition.Partition))));
        on.Gauge("dynamo.anti_entropy.age.max", "s", "The largest of those ages.",
            (read, now) => [new Measurement<double>(read.AntiEntropy.Select(partition => AgeOf(partition, read, now)).DefaultIfEmpty()
                .Max())]);
    }

    private static void OfMoves(Instruments on, IStoreNode node)
    {
        on.Counter("dynamo.moves.size", "By", "Bytes of partitions that came to this node, or were taken from it, as the ring changed.",
            read =>
        [
            new Measurement<long>(read.BytesMoved.In, new KeyValuePair<string, object?>("direction", "in")),
            new Measurement<long>(read.BytesMoved.Out, new KeyValuePair<string, object?>("direction", "out")),
        ]);
        on.Gauge("dynamo.moves.partitions", "{partition}", "Partitions that are on their way to this node and have not arrived.",
            _ => node.Transfers.Moves.Where(move => move.State != "arrived").DistinctBy(move => move.Partition).Count());
        on.Gauge("dynamo.moves.rate", "By/s", "Of what comes to this node at present.", _ => node.Transfers.BytesPerSecond);
    }

    private static void OfTheCluster(Instruments on, NodeReading reading)
    {
        var node = reading.Node;
        on.Gauge("dynamo.ready", "", "1 while this node serves requests for objects.", _ => node.Readiness.Ready ? 1 : 0);
        on.Gauge("dynamo.ring.epoch", "", "The committed ring's number.", _ => (long)(node.Ring?.Epoch ?? 0));
        on.Gauge("dynamo.ring.partitions", "{partition}", "Partitions of which this node is an owner.", read => read.AntiEntropy.Length);
        on.Gauge("dynamo.peer.reachable", "", "1 while this node can reach that one.", _ => Others(node).Select(other =>
            new Measurement<long>(other.Reachable ? 1 : 0, Peer(other.Name))));
        on.Gauge("dynamo.peer.clock_ahead", "s", "How far that node's clock is ahead of this one's.",
            (_, _) => Others(node).Where(other => other.ClockAhead is not null).Select(other =>
                new Measurement<double>(other.ClockAhead!.Value.TotalSeconds, Peer(other.Name))));
        on.Gauge("dynamo.peer.round_trip", "s", "Of the latest ping to that node.", (read, _) =>
            read.Links.Where(link => link.RoundTrip is not null).Select(link =>
                new Measurement<double>(link.RoundTrip!.Value.TotalSeconds, Peer(link.Peer))));
        on.Gauge("dynamo.peer.waiting", "By", "What waits here to be sent to that node.",
            read => read.Links.Select(link => new Measurement<long>(link.WaitingBytes, Peer(link.Peer))));
    }

    private static void OfTheLog(Instruments on)
    {
        on.Gauge("dynamo.log.size", "By", "The write-ahead log.", read => read.Storage.LogBytes);
        on.Gauge("dynamo.log.age", "s", "Since the oldest record that only the log holds.", read => read.Storage.LogAge.TotalSeconds);
        on.Counter("dynamo.log.batches", "{batch}", "Batches appended to the log in the store's life.", read => read.Storage.LogBatches);
        on.Counter("dynamo.log.flushes", "{flush}", "Flushes of the log: a sync each, for all batches that waited together.",
            read => read.Storage.LogFlushes);
        on.Counter("dynamo.log.sync.time", "s", "What the syncs of those flushes took.",
            (read, _) => [new Measurement<double>(read.Storage.LogFlushTime.TotalSeconds)]);
        on.Counter("dynamo.storage.syncs", "{sync}", "Syncs of the log, of tables and of the manifest.", read => read.Storage.Syncs);
        on.Counter("dynamo.storage.user_written", "By", "Bytes that the node gave to the store.", read => read.Storage.UserBytesWritten);
        on.Counter("dynamo.storage.disk_written", "By", "Bytes that the store wrote to the disk for that.",
            read => read.Storage.DiskBytesWritten);
    }

    private static void OfTables(Instruments on)
    {
        on.Gauge("dynamo.memtables", "{memtable}", "Memtables: one takes writes, the others wait to become tables.",
            read => read.Storage.Memtables);
        on.Gauge("dynamo.memtables.size", "By", "Their bytes.", read => read.Storage.MemtableBytes);
        on.Gauge("dynamo.level.tables", "{table}", "Tables of each level.", read => read.Storage.Levels.Select(level =>
            new Measurement<long>(level.Tables, new KeyValuePair<string, object?>("level", level.Level))));
        on.Gauge("dynamo.level.size", "By", "Their bytes.", read => read.Storage.Levels.Select(level =>
            new Measurement<long>(level.Bytes, new KeyValuePair<string, object?>("level", level.Level))));
        on.Gauge("dynamo.compaction.debt", "By", "What compactions have to move until every level is within its target.",
            read => read.Storage.CompactionDebtBytes);
        on.Counter("dynamo.storage.appends_refused", "{append}", "Writes refused because background work was behind.",
            read => read.Storage.StalledAppends);
        on.Gauge("dynamo.storage.write_pressure", "1", "0: background work keeps up; 1: writes are refused.",
            read => read.Storage.WritePressure);
        on.Gauge("dynamo.storage.failed", "", "1 while background work fails, or a table is damaged.",
            read => read.Storage.BackgroundFailure is null ? 0 : 1);
        on.Counter("dynamo.block_cache.hits", "{block}", "Blocks found in the cache.", read => read.Storage.BlockCacheHits);
        on.Counter("dynamo.block_cache.misses", "{block}", "Blocks read from the disk.", read => read.Storage.BlockCacheMisses);
        on.Counter("dynamo.bloom.negatives", "{table}", "Tables that a Bloom filter spared a read.", read => read.Storage.BloomNegatives);
    }

    /// <summary>Of a pair that has not been compared since the node's start that is as much as is known.</summary>
    private static double AgeOf(PartitionAgreement partition, NodeStatistics read, DateTimeOffset now) => partition.Peers
        .Select(peer => peer.AsOf is { } asOf ? Math.Max(0, (now - asOf).TotalSeconds) : read.Uptime.TotalSeconds)
        .DefaultIfEmpty().Max();

    private static IEnumerable<NodeView> Others(IStoreNode node) => node.Nodes.Where(other => other.Name != node.Name);

    private static IEnumerable<Measurement<long>> ByTarget(NodeStatistics read, Func<HintQueue, long> figure) =>
        read.Hints.Select(queue => new Measurement<long>(figure(queue), Target(queue)));

    private static KeyValuePair<string, object?> Target(HintQueue queue) => new("target", queue.Target);

    private static KeyValuePair<string, object?> Peer(string name) => new("peer", name);

    private sealed class Instruments(Meter meter, NodeReading reading)
    {
        public void Gauge(string name, string unit, string description, Func<NodeStatistics, double> read) =>
            meter.CreateObservableGauge(name, () => read(reading.Statistics), unit, description);

        public void Gauge(string name, string unit, string description, Func<NodeStatistics, IEnumerable<Measurement<long>>> read) =>
            meter.CreateObservableGauge(name, () => read(reading.Statistics), unit, description);

        public void Gauge(
            string name, string unit, string description, Func<NodeStatistics, DateTimeOffset, IEnumerable<Measurement<double>>> read) =>
            meter.CreateObservableGauge(name, () => read(reading.Statistics, reading.Now), unit, description);

        public void Counter(string name, string unit, string description, Func<NodeStatistics, long> read) =>
            meter.CreateObservableCounter(name, () => read(reading.Statistics), unit, description);

        public void Counter(string name, string unit, string description, Func<NodeStatistics, IEnumerable<Measurement<long>>> read) =>
            meter.CreateObservableCounter(name, () => read(reading.Statistics), unit, description);

        public void Counter(
            string name, string unit, string description, Func<NodeStatistics, DateTimeOffset, IEnumerable<Measurement<double>>> read) =>
            meter.CreateObservableCounter(name, () => read(reading.Statistics, reading.Now), unit, description);
    }
}
