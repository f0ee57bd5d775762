using System.CommandLine;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm ring …</c>.</summary>
internal static class RingCommands
{
    private static readonly Option<bool> _partitions = new("--partitions")
    { Description = "Also each partition's owners, in order of preference." };

    public static Command Create(PbmCommands all) => new("ring", "Which members own what.")
    {
        all.Asking(new Command("show", "Members with their shares of the ring.") { _partitions }, ShowAsync),
        all.Asking(new Command("preflist", "The nodes that own a key, in order of preference.")
        {
            KeyOptions.Key, KeyOptions.Bucket, KeyOptions.Encoded,
        }, PreferenceListAsync),
    };

    private static async Task<Reply> ShowAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var (json, ring) = await (await cluster.NodeAsync(stop)).PageAsync("ring", NodePages.Default.RingPage, stop);
        return new Reply(json, console =>
        {
            console.WriteLine($"Epoch {ring.Epoch}: {ring.Partitions} partitions, {ring.Replicas} replicas of each");
            var table = Tables.Of("member", "http", "zone", " weight", " owner of", " first owner of");
            foreach (var member in ring.Members)
                table.Row(member.Name, member.Http, member.Zone, member.Weight.ToString("0.##"), member.Partitions.ToString(),
                    ring.Owners.Count(owners => owners.FirstOrDefault() == member.Name).ToString());
            console.WriteTable(table);
            if (!parsed.GetValue(_partitions)) return;
            var owners = Tables.Of(" partition", "owners");
            for (var partition = 0; partition < ring.Owners.Length; partition++)
                owners.Row(partition.ToString(), string.Join(", ", ring.Owners[partition]));
            console.WriteTable(owners);
        });
    }

    private static async Task<Reply> PreferenceListAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var (json, list) = await (await cluster.NodeAsync(stop)).PageAsync(
            $"ring/preflist?{KeyOptions.Query(parsed)}", NodePages.Default.PreferenceListPage, stop);
        return new Reply(json, console =>
        {
            console.WriteLine($"Partition {list.Partition} of ring {list.Epoch}, bucket {list.Bucket}");
            var table = Tables.Of(" ", "owner", "http", "reachable");
            for (var at = 0; at < list.Owners.Length; at++)
                table.Row((at + 1).ToString(), list.Owners[at].Name, list.Owners[at].Http, list.Owners[at].Reachable ? "yes" : "NO");
            console.WriteTable(table);
        });
    }
}
