using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm token …</c> and <c>pbm audit</c>: who may what, and who changed what.</summary>
internal static class TokenCommands
{
    private static readonly Argument<string> _name = new("NAME") { Description = "What the token is for." };
    private static readonly Argument<string> _id = new("ID") { Description = "As pbm token list shows it." };

    private static readonly Option<string[]> _allow = new("--allow")
    {
        Description = "read:, write: or admin: with * behind it for everything, or a bucket, or bucket/prefix of keys; repeatable. None: "
            + "the cluster and its figures are seen, and nothing that is stored.",
    };

    private static readonly Option<string> _ends = new("--ends")
    {
        Description = "In how long it ends: a number with d, h, m or s behind it, or never.",
        DefaultValueFactory = _ => "90d",
    };

    private static readonly Option<string?> _of = new("--of-certificate")
    {
        Description = "No token: who shows a certificate with this name has the rights. The name is its subject, such as CN=shop, or a "
            + "host, URI or mail address that it is for.",
    };

    private static readonly Option<int> _requests = new("--requests") { Description = "A second, at each node; 0: any number." };
    private static readonly Option<long> _bytes = new("--bytes") { Description = "A second, at each node; 0: any number." };

    public static Command Create(PbmCommands all) => new("token", "Tokens: who may what.")
    {
        all.Asking(new Command("create", "Make a token, and show it, once.") { _name, _allow, _of, _ends, _requests, _bytes }, CreateAsync),
        all.Asking(new Command("list", "The tokens that there are, and what they may."), ListAsync),
        all.Asking(new Command("revoke", "No node that can be reached takes it any more.") { _id }, RevokeAsync),
    };

    public static Command Audit(PbmCommands all) =>
        all.Asking(
            new Command("audit", "Who changed what, the oldest first: the last thousand of each node; their logs have all."), AuditAsync);

    private static async Task<Reply> CreateAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var asked = new JsonObject
        {
            ["name"] = parsed.GetRequiredValue(_name),
            ["allow"] = new JsonArray([.. (parsed.GetValue(_allow) ?? []).Select(right => (JsonNode)right)]),
            ["ttl"] = SecondsOf(parsed.GetRequiredValue(_ends)),
            ["certificate"] = parsed.GetValue(_of),
            ["requestsPerSecond"] = parsed.GetValue(_requests),
            ["bytesPerSecond"] = parsed.GetValue(_bytes),
        };
        var made = await SendAsync(cluster, HttpMethod.Post, "admin/tokens", asked, stop);
        return new Reply(made, console =>
        {
            var ends = made["ends"]?.ToString() ?? "never";
            if (parsed.GetValue(_of) is { } certificate)
            {
                console.WriteLine($"Whoever shows a certificate of {certificate} is {made["name"]} ({made["id"]}), ends {ends}.");
                return;
            }

            // Alone on its line, so that it can be taken from there.
            console.WriteLine((string)made["token"]!);
            console.WriteLine($"Token {made["id"]} for {made["name"]}, ends {ends}. It is not shown again: put "
                + "it into a file that only its user can read.");
        });
    }

    private static async Task<Reply> ListAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var json = JsonNode.Parse(await (await cluster.NodeAsync(stop)).BytesAsync("admin/tokens", stop))!;
        return new Reply(json, console =>
        {
            var table = Tables.Of("id", "name", "certificate", "allow", "made", "ends", "limits", "state");
            foreach (var token in json["tokens"]!.AsArray())
                table.Row((string)token!["id"]!, (string)token["name"]!, (string?)token["certificate"] ?? "",
                    string.Join(' ', token["allow"]!.AsArray().Select(right => (string)right!)), (string?)token["made"] ?? "",
                    (string?)token["ends"] ?? "never", LimitsOf(token), (bool)token["revoked"]! ? "REVOKED" : "counts");
            console.WriteTable(table);
        });
    }

    private static async Task<Reply> RevokeAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var id = parsed.GetRequiredValue(_id);
        await SendAsync(cluster, HttpMethod.Delete, $"admin/tokens/{Uri.EscapeDataString(id)}", null, stop);
        return new Reply(new JsonObject { ["revoked"] = id }, console => console.WriteLine($"Token {id} is revoked."));
    }

    private static async Task<Reply> AuditAsync(ClusterClient cluster, ParseResult parsed, CancellationToken stop)
    {
        var asked = await cluster.AllAsync(async (node, cancel) =>
            JsonNode.Parse(await node.BytesAsync("admin/audit", cancel))!["entries"]!.AsArray(), stop);
        var entries = asked.Where(one => one.Answer is not null)
            .SelectMany(one => one.Answer!.Select(entry => (one.Name, Entry: entry!)))
            .OrderBy(one => (string)one.Entry["at"]!, StringComparer.Ordinal).ToList();
        var json = new JsonArray([.. entries.Select(one =>
        {
            var shown = one.Entry.DeepClone();
            shown["node"] = one.Name;
            return shown;
        })]);
        var faults = asked.Where(one => one.Answer is null).ToList();
        return new Reply(new JsonObject { ["entries"] = json }, console =>
        {
            var table = Tables.Of("at", "node", "who", "what", " status");
            foreach (var (node, entry) in entries)
                table.Row((string)entry["at"]!, node, (string)entry["who"]!, $"{entry["method"]} {entry["target"]}",
                    entry["status"]!.ToString());
            console.WriteTable(table);
            foreach (var fault in faults) console.WriteLine($"{fault.Name} does not answer: {fault.Fault}");
        }, faults.Count == 0 ? 0 : ExitCodes.No);
    }

    private static async Task<JsonNode> SendAsync(
        ClusterClient cluster, HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        var node = await cluster.NodeAsync(stop);
        using var request = new HttpRequestMessage(method, new Uri(node.Address, path));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await node.SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode) throw await node.RefusalAsync(answer, stop);
        return await answer.Content.ReadAsByteArrayAsync(stop) is { Length: > 0 } bytes ? JsonNode.Parse(bytes)! : new JsonObject();
    }

    private static JsonNode? SecondsOf(string text)
    {
        if (text == "never") return null;
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'd' => 86400, 'h' => 3600, 'm' => 60, 's' => 1, _ => 0 };
        return unit > 0 && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= int.MaxValue
            ? JsonValue.Create(number * unit)
            : throw new PbmException(ExitCodes.Usage, $"--ends is '{text}'; give such as 90d, 12h, 30m or never. No token was made.");
    }

    private static string LimitsOf(JsonNode token)
    {
        var (requests, bytes) = ((long)token["requestsPerSecond"]!, (long)token["bytesPerSecond"]!);
        return string.Join(", ", (string[])[.. requests > 0 ? [$"{requests} requests/s"] : (string[])[],
            .. bytes > 0 ? [$"{bytes} bytes/s"] : (string[])[]]);
    }
}
