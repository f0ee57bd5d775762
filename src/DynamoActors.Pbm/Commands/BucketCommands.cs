using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm bucket …</c>. Which settings there are the node knows: what is wrong it says.</summary>
internal static class BucketCommands
{
    private static readonly Argument<string> _bucket = new("BUCKET") { Description = "Its name." };
    private static readonly Argument<string[]> _changes = new("name=value")
    {
        Description = "Such as policy=lww, w=one, ttl=3600; null takes a setting back to the cluster's.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create(PbmCommands all) => new("bucket", "Buckets and their settings.")
    {
        all.Asking(new Command("list", "The buckets that have keys."), ListAsync),
        all.Asking(new Command("show", "A bucket's settings.") { _bucket }, ShowAsync),
        all.Asking(new Command("set", "Change some of them; the others stay.") { _bucket, _changes }, SetAsync),
    };

    private static async Task<Reply> ListAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var node = await cluster.NodeAsync(stop);
        List<string> buckets = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var path = cursor.Length == 0 ? "buckets?limit=1000" : $"buckets?limit=1000&cursor={Uri.EscapeDataString(cursor)}";
            var (_, page) = await node.PageAsync(path, NodePages.Default.BucketsPage, stop);
            buckets.AddRange(page.Buckets);
            cursor = page.Cursor;
        }

        return new Reply(new JsonObject { ["buckets"] = new JsonArray([.. buckets.Select(bucket => (JsonNode)bucket)]) }, console =>
        {
            foreach (var bucket in buckets) console.WriteLine(bucket);
        });
    }

    private static async Task<Reply> ShowAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop) =>
        Shows(await (await cluster.NodeAsync(stop)).BytesAsync(Path(parsed), stop));

    private static async Task<Reply> SetAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var changes = new JsonObject();
        foreach (var change in parsed.GetRequiredValue(_changes))
        {
            var equals = change.IndexOf('=');
            if (equals <= 0 || !changes.TryAdd(change[..equals], ValueOf(change[(equals + 1)..])))
                throw new PbmException(ExitCodes.Usage,
                    $"'{change}' is no change, or names a setting again. Give name=value, such as policy=lww. Nothing was changed.");
        }

        var node = await cluster.NodeAsync(stop);
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(node.Address, Path(parsed)))
        {
            Content = new StringContent(changes.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var answer = await node.SendAsync(request, stop);
        return answer.IsSuccessStatusCode ? Shows(await answer.Content.ReadAsByteArrayAsync(stop))
            : throw await node.RefusalAsync(answer, stop);
    }

    private static string Path(ParseResult parsed) => $"buckets/{KeyOptions.BucketName(parsed.GetRequiredValue(_bucket))}/props";

    private static JsonNode? ValueOf(string text) =>
        text == "null" ? null : long.TryParse(text, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);

    private static Reply Shows(byte[] properties)
    {
        var json = JsonNode.Parse(properties)!;
        return new Reply(json, console =>
        {
            var table = Tables.Of("setting", "value");
            foreach (var (name, value) in json.AsObject())
                table.Row(name, value is null ? "the cluster's" : value.GetValueKind() == JsonValueKind.String ? (string)value!
                    : value.ToJsonString());
            console.WriteTable(table);
        });
    }
}
