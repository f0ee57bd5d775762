using DynamoActors.Http.Answers;

namespace DynamoActors.Http.Status;

/// <summary>What the nodes count, side by side.</summary>
internal static class FigureSections
{
    public static Html Load(Sight sight)
    {
        var rows = sight.Nodes.Where(node => node.Facts?.Load is not null).Select(node => LoadRow(node.Name, node.Facts!.Load!)).ToList();
        return Page.Section("load", "Load", rows.Count == 0 ? Html.Of($"<p>Not known.</p>") : Html.Of($"""
            {Page.Table("Load", ["node", "requests/s", "p50", "p99"], rows)}
            <p class="note">Of each node's own clients over the last {Figures.Time(Seconds(sight))}, the present on the right.</p>
            """));
    }

    public static Html Transfers(Sight sight)
    {
        var rows = sight.Nodes.Where(node => node.Facts?.Transfers?.ToThisNode.Any() == true)
            .Select(node => TransferRow(node.Name, node.Facts!.Transfers!));
        var moving = sight.Ring?.Moving.Count() ?? 0;
        return Page.Section("transfers", "Transfers", Html.Of($"""
            <p><b data-fact="moving">{moving}</b> of {sight.Ring?.Partitions ?? 0} partitions are on their way.</p>
            {Page.Table("Transfers", ["to", "from", "progress", "trouble"], rows)}
            """));
    }

    public static Html Hints(Sight sight)
    {
        var rows = (from node in sight.Nodes
                    from hints in node.Facts?.Statistics.Hints ?? []
                    where hints.Count > 0 || hints.Dropped > 0
                    select Html.Of($"""
                        <tr data-hints="{node.Name}"><th scope="row"><bdi>{hints.Target}</bdi></th><td><bdi>{node.Name}</bdi></td>
                        <td>{Figures.Count(hints.Count)}</td><td>{Figures.Bytes(hints.Bytes)}</td>
                        <td>{Age(hints.Since, sight, "–")}</td><td>{Figures.Count(hints.Dropped)}</td></tr>
                        """)).ToList();
        return Page.Section("hints", "Hints", rows.Count == 0 ? Html.Of($"<p>No writes wait for a node that missed them.</p>")
            : Page.Table("Hints", ["for", "kept by", "hints", "bytes", "oldest", "dropped"], rows));
    }

    public static Html InSync(Sight sight)
    {
        var rows = sight.Nodes.Where(node => node.Facts?.Statistics.AntiEntropy.Any(partition => partition.Peers.Any()) == true)
            .Select(node => InSyncRow(node, sight)).ToList();
        return Page.Section("in-sync", "In sync", rows.Count == 0 ? Html.Of($"<p>Nothing to compare: no node shares a partition.</p>")
            : Html.Of($"""
            {Page.Table("In sync", ["node", "partitions", "oldest agreement", "latest", "not compared yet", "with"], rows)}
            <p class="note">When a node's partitions and the other owners' were last found to hold the same.</p>
            """));
    }

    public static Html Storage(Sight sight) => Page.Section("storage", "Storage", Page.Table(
        "Storage", ["node", "tables", "log", "memtables", "debt", "pressure", "cache hits", "amplification", "state"],
        sight.Nodes.Where(node => node.Facts is not null).Select(node => StorageRow(node.Name, node.Facts!.Statistics.Storage))));

    private static Html LoadRow(string name, Load load)
    {
        var points = load.Points.ToList();
        var last = points.LastOrDefault();
        var most = Figures.Count(points.Select(point => point.RequestsPerSecond).DefaultIfEmpty().Max());
        return Html.Of($"""
            <tr data-load="{name}"><th scope="row"><bdi>{name}</bdi></th>
            <td><span class="now">{Figures.Count(last?.RequestsPerSecond ?? 0)}</span>
            {Sparkline.Of([.. points.Select(point => (double?)point.RequestsPerSecond)], $"requests per second, at most {most}")}</td>
            {Times(points, "p50", point => point.P50)}{Times(points, "p99", point => point.P99)}</tr>
            """);
    }

    private static Html Times(List<LoadFigures> points, string what, Func<LoadFigures, double?> of) => Html.Of($"""
        <td><span class="now">{(points.LastOrDefault() is { } last && of(last) is { } now ? Figures.Time(now) : "–")}</span>
        {Sparkline.Of([.. points.Select(of)], $"{what}, at most {Figures.Time(points.Max(of) ?? 0)}")}</td>
        """);

    private static double Seconds(Sight sight) =>
        sight.Nodes.Select(node => node.Facts?.Load).OfType<Load>().Max(load => load.Interval * load.Points.Count());

    private static Html TransferRow(string to, Transfers transfers) => Html.Of($"""
        <tr data-transfer="{to}"><th scope="row"><bdi>{to}</bdi></th>
        <td><bdi>{string.Join(", ", transfers.ToThisNode.Select(move => move.From).Distinct())}</bdi></td>
        <td><code>{transfers.Progress}</code></td>
        <td>{string.Join("; ", transfers.ToThisNode.Select(move => move.LastError).OfType<string>().Distinct().Take(3))}</td></tr>
        """);

    private static Html InSyncRow(NodeSight node, Sight sight)
    {
        var partitions = node.Facts!.Statistics.AntiEntropy.ToList();
        var pairs = (from partition in partitions
                     from peer in partition.Peers
                     select (peer.Node, Age: Figures.Since(peer.AgreedAsOf, sight.Now))).ToList();
        var never = pairs.Where(pair => pair.Age is null).Select(pair => pair.Node).Distinct().Order();
        return Html.Of($"""
            <tr data-in-sync="{node.Name}"><th scope="row"><bdi>{node.Name}</bdi></th><td>{partitions.Count}</td>
            <td>{Ago(pairs.Max(pair => pair.Age))}</td><td>{Ago(pairs.Min(pair => pair.Age))}</td>
            <td>{partitions.Count(partition => partition.Peers.Any(peer => peer.AgreedAsOf is null))}</td>
            <td>{string.Join(", ", never)}</td></tr>
            """);
    }

    private static string Ago(TimeSpan? age) => age is { } known ? $"{Figures.Time(Math.Round(known.TotalSeconds))} ago" : "–";

    private static string Age(string? since, Sight sight, string otherwise) =>
        Figures.Since(since, sight.Now) is { } age ? Figures.Time(Math.Round(age.TotalSeconds)) : otherwise;

    private static Html StorageRow(string name, StorageFigures storage)
    {
        var looked = storage.BlockCacheHits + storage.BlockCacheMisses;
        return Html.Of($"""
            <tr data-storage="{name}" class="{(storage.BackgroundFailure is null ? "" : "grave")}"><th scope="row"><bdi>{name}</bdi></th>
            <td>{Figures.Bytes(storage.Levels.Sum(level => level.Bytes))} in {storage.Levels.Sum(level => level.Tables)}</td>
            <td>{Figures.Bytes(storage.LogBytes)}</td><td>{Figures.Bytes(storage.MemtableBytes)} in {storage.Memtables}</td>
            <td>{Figures.Bytes(storage.CompactionDebtBytes)}</td><td>{100 * storage.WritePressure:0} %</td>
            <td>{(looked == 0 ? "–" : $"{100 * storage.BlockCacheHits / looked} %")}</td>
            <td>{(storage.WriteAmplification == 0 ? "–" : Figures.Count(storage.WriteAmplification))}</td>
            <td>{storage.BackgroundFailure ?? "well"}</td></tr>
            """);
    }
}
