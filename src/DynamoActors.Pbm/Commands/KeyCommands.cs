using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary>Objects: read, written, listed, and explained.</summary>
internal static class KeyCommands
{
    private const string ContextHeader = "X-Dynamo-Context";

    private static readonly Option<string?> _consistency = new("--consistency")
    { Description = "fast, quorum or strong; else the bucket's own." };
    private static readonly Option<string?> _context = new("--context")
    { Description = "Of the version that was read: exactly that is superseded." };
    private static readonly Option<FileInfo?> _out = new("--out", "-o")
    { Description = "Write the value to this file." };
    private static readonly Option<FileInfo?> _file = new("--file", "-f") { Description = "The value is this file's content." };
    private static readonly Option<string?> _contentType = new("--content-type")
    { Description = "Default: text/plain for a VALUE, else application/octet-stream." };
    private static readonly Option<long?> _ttl = new("--ttl") { Description = "Seconds until it is gone." };
    private static readonly Argument<string?> _value = new("VALUE")
    { Description = "Without it, and without --file, standard input.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Argument<string> _bucket = new("BUCKET")
    { Description = "Whose keys.", DefaultValueFactory = _ => "default" };
    private static readonly Option<string?> _prefix = new("--prefix") { Description = "Only keys that begin with this text." };
    private static readonly Option<int> _limit = new("--limit")
    { Description = "At most so many; 0: all.", DefaultValueFactory = _ => 1000 };

    static KeyCommands() => _consistency.AcceptOnlyFromAmong("fast", "quorum", "strong");

    public static Command Explain(PbmCommands all) => all.Asking(
        new Command("explain", "Why a key looks as it does: each owner asked alone.")
        {
            KeyOptions.Key, KeyOptions.Bucket, KeyOptions.Encoded,
        }, ExplainAsync);

    public static Command Get(PbmCommands all) => all.With(
        new Command("get", "Print a value, byte for byte. Exits with 1 where there is none, with 5 where there are several.")
        {
            KeyOptions.Key, KeyOptions.Bucket, KeyOptions.Encoded, _consistency, _out,
        }, (cluster, parsed, stop) => GetAsync(all, cluster, parsed, stop));

    public static Command Put(PbmCommands all) => all.Asking(
        new Command("put", "Write a value. Without --context it replaces what is there.")
        {
            KeyOptions.Key, _value, KeyOptions.Bucket, KeyOptions.Encoded, _consistency, _context, _file, _contentType, _ttl,
        }, (cluster, parsed, stop) => PutAsync(all.Environment, cluster, parsed, stop));

    public static Command Delete(PbmCommands all) => all.Asking(
        new Command("delete", "Delete a key.") { KeyOptions.Key, KeyOptions.Bucket, KeyOptions.Encoded, _consistency, _context },
            DeleteAsync);

    public static Command List(PbmCommands all) => all.Asking(
        new Command("list", "A bucket's keys in order, percent-encoded: 'pbm get --encoded' takes them as they are.")
        {
            _bucket, _prefix, _limit,
        }, ListAsync);

    private static async Task<Reply> ExplainAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var (json, page) = await (await cluster.NodeAsync(stop))
            .PageAsync($"explain?{KeyOptions.Query(parsed)}", NodePages.Default.ExplanationPage, stop);
        return new Reply(json, console =>
        {
            console.WriteLine(page.Why);
            console.WriteLine($"Key {page.Key}, bucket {page.Bucket}, partition {page.Partition}; all owners in step as of "
                + $"{page.InSyncAsOf?.ToString("u") ?? "not known"}");
            var table = Tables.Of("owner", "reachable", "answer", " siblings", "versions");
            foreach (var owner in page.Owners)
                table.Row(owner.Node, owner.Reachable ? "yes" : "NO", owner.Answer, owner.Siblings.Length.ToString(),
                    string.Join("; ", owner.Siblings.Select(Version)));
            console.WriteTable(table);
            foreach (var standIn in page.StandIns) console.WriteLine($"{standIn.Node} takes writes for {standIn.For}.");
            foreach (var hint in page.Hints) console.WriteLine($"{hint.Node} keeps a hint for {hint.For}, since {hint.KeptAt:u}.");
        });
    }

    private static string Version(SiblingExplanation sibling) =>
        $"{sibling.Dot} {(sibling.Tombstone ? "deleted" : Shown.Bytes(sibling.Bytes))}"
        + (sibling.Expires is { } at ? $" until {at:u}" : "");

    private static async Task<int> GetAsync(PbmCommands all, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var node = await cluster.NodeAsync(stop);
        using var answer = await node.SendAsync(Request(HttpMethod.Get, node, parsed), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound && await IsAbsentAsync(answer, stop))
        {
            if (all.IsJson(parsed)) await all.Environment.Out.WriteLineAsync("null");
            else await all.Environment.Error.WriteLineAsync($"No replica asked knows the key '{parsed.GetRequiredValue(KeyOptions.Key)}'.");
            return ExitCodes.No;
        }

        if (answer.StatusCode == HttpStatusCode.MultipleChoices) return await ShowSiblingsAsync(all, answer, parsed, stop);
        if (!answer.IsSuccessStatusCode) throw await node.RefusalAsync(answer, stop);
        var value = await answer.Content.ReadAsByteArrayAsync(stop);
        if (parsed.GetValue(_out) is { } file)
        {
            await WriteFileAsync(file, value, stop);
            return 0;
        }

        if (all.IsJson(parsed))
        {
            new Reply(new JsonObject
            {
                ["context"] = answer.Headers.GetValues(ContextHeader).First(),
                ["contentType"] = answer.Content.Headers.ContentType?.ToString(),
                ["value"] = Convert.ToBase64String(value),
            }, _ => { }).Write(all.Environment, asJson: true);
            return 0;
        }

        await using var output = all.Environment.OpenOutput();
        await output.WriteAsync(value, stop);
        if (all.Environment.IsInteractive && value is not [.., (byte)'\n']) output.WriteByte((byte)'\n');
        return 0;
    }

    private static async Task WriteFileAsync(FileInfo file, byte[] value, CancellationToken stop)
    {
        try
        {
            await File.WriteAllBytesAsync(file.FullName, value, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PbmException(ExitCodes.Usage, $"{file.FullName} (--out) cannot be written: {e.Message}");
        }
    }

    private static async Task<int> ShowSiblingsAsync(PbmCommands all, HttpResponseMessage answer, ParseResult parsed,
        CancellationToken stop)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(stop);
        if (all.IsJson(parsed))
        {
            new Reply(JsonNode.Parse(bytes), _ => { }).Write(all.Environment, asJson: true);
            return ExitCodes.Siblings;
        }

        var page = JsonSerializer.Deserialize(bytes, NodePages.Default.SiblingsPage)!;
        await all.Environment.Error.WriteLineAsync(
            $"The key has {page.Siblings.Length} versions side by side. Write what it shall be, with 'pbm put KEY VALUE --context "
                + $"{page.Context}'; they are:");
        foreach (var sibling in page.Siblings)
        {
            var value = Convert.FromBase64String(sibling.Value);
            await all.Environment.Error.WriteLineAsync($"  {Shown.Bytes(value.Length)} {sibling.ContentType}: {Preview(value)}");
        }

        return ExitCodes.Siblings;
    }

    private static string Preview(byte[] value)
    {
        var text = Encoding.UTF8.GetString(value.AsSpan(0, Math.Min(60, value.Length)));
        return string.Concat(text.Select(one => char.IsControl(one) ? '·' : one)) + (value.Length > 60 ? "…" : "");
    }

    private static async Task<Reply> PutAsync(PbmEnvironment environment, ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var value = await ValueAsync(environment, parsed, stop);
        var node = await cluster.NodeAsync(stop);
        var request = Request(HttpMethod.Put, node, parsed, parsed.GetValue(_ttl) is { } ttl ? $"&ttl={ttl}" : "");
        request.Content = new ByteArrayContent(value);
        var type = parsed.GetValue(_contentType)
            ?? (parsed.GetValue(_value) is null ? "application/octet-stream" : "text/plain; charset=utf-8");
        if (!MediaTypeHeaderValue.TryParse(type, out var parsedType))
            throw new PbmException(ExitCodes.Usage,
                $"'{type}' (--content-type) is no content type. Give one such as text/plain or application/json.");
        request.Content.Headers.ContentType = parsedType;
        return await WrittenAsync(node, request, "written", stop);
    }

    private static async Task<Reply> DeleteAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var node = await cluster.NodeAsync(stop);
        return await WrittenAsync(node, Request(HttpMethod.Delete, node, parsed), "deleted", stop);
    }

    private static async Task<Reply> WrittenAsync(NodeClient node, HttpRequestMessage request, string what, CancellationToken stop)
    {
        using var answer = await node.SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode) throw await node.RefusalAsync(answer, stop);
        var context = answer.Headers.TryGetValues(ContextHeader, out var values) ? values.First() : null;
        return new Reply(new JsonObject { ["outcome"] = what, ["context"] = context }, console =>
            console.WriteLine($"{what}; context {context}"));
    }

    private static async Task<byte[]> ValueAsync(PbmEnvironment environment, ParseResult parsed, CancellationToken stop)
    {
        var (text, file) = (parsed.GetValue(_value), parsed.GetValue(_file));
        if (text is not null && file is not null) throw new PbmException(ExitCodes.Usage, "Give a VALUE or --file, not both.");
        if (text is not null) return Encoding.UTF8.GetBytes(text);
        try
        {
            if (file is not null) return await File.ReadAllBytesAsync(file.FullName, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PbmException(ExitCodes.Usage, $"{file!.FullName} (--file) cannot be read: {e.Message}");
        }

        using var bytes = new MemoryStream();
        await using var input = environment.OpenInput();
        await input.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }

    private static async Task<Reply> ListAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var limit = parsed.GetValue(_limit);
        if (limit < 0) throw new PbmException(ExitCodes.Usage, $"--limit is {limit}; give a number, or 0 for all.");
        var node = await cluster.NodeAsync(stop);
        var path = $"buckets/{KeyOptions.BucketName(parsed.GetRequiredValue(_bucket))}/keys?"
            + (parsed.GetValue(_prefix) is { Length: > 0 } prefix ? $"prefix={Keys.ToQuery(prefix, isEncoded: false)}&" : "");
        List<string> keys = [];
        string? cursor = null;
        do
        {
            var page = limit == 0 ? 1000 : Math.Min(1000, limit - keys.Count);
            var (_, found) = await node.PageAsync($"{path}limit={page}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                NodePages.Default.KeysPage, stop);
            keys.AddRange(found.Keys);
            cursor = found.Cursor;
        }
        while (cursor is not null && (limit == 0 || keys.Count < limit));

        var json = new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => (JsonNode)key)]), ["more"] = cursor is not null };
        return new Reply(json, console =>
        {
            foreach (var key in keys) console.WriteLine(key);
            if (cursor is not null) console.WriteLine($"… and more; --limit 0 lists all.");
        });
    }

    private static HttpRequestMessage Request(HttpMethod method, NodeClient node, ParseResult parsed, string query = "")
    {
        if (parsed.GetValue(_consistency) is { } consistency) query += $"&consistency={consistency}";
        var request = new HttpRequestMessage(method, new Uri(node.Address, KeyOptions.Path(parsed) + query));
        if (method == HttpMethod.Get) request.Headers.Accept.ParseAdd("application/json, */*");
        else if (parsed.GetValue(_context) is { } context && !request.Headers.TryAddWithoutValidation(ContextHeader, context))
            throw new PbmException(ExitCodes.Usage, $"'{context}' is no context. Take it from 'pbm get --json'.");
        return request;
    }

    private static async Task<bool> IsAbsentAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        await answer.Content.LoadIntoBufferAsync(stop);
        return answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && (await answer.Content.ReadAsStringAsync(stop)).Contains("/problems/not-found", StringComparison.Ordinal);
    }
}
