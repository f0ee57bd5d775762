using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DynamoActors.Http.Security;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>Who changed what is known after a restart too, and takes no more than so much of the disk.</summary>
public sealed class AuditTests
{
    private const string Home = "/data/audit";

    private readonly MemoryFileSystem _disk = new();

    [Fact]
    public async Task What_was_asked_before_a_restart_is_shown_after_it()
    {
        await AskAsync(HttpMethod.Put, "/buckets/b/props", "{}");
        await AskAsync(HttpMethod.Put, "/buckets/c/props", "{}");

        var entries = JsonDocument.Parse(await AskAsync(HttpMethod.Get, "/admin/audit")).RootElement.GetProperty("entries");
        entries.EnumerateArray().Select(one => one.GetProperty("target").GetString())
            .ShouldBe(["/buckets/b/props", "/buckets/c/props"]);
        entries[0].GetProperty("who").GetString().ShouldBe("anyone");
    }

    [Fact]
    public async Task The_last_thousand_are_kept_and_the_disk_holds_no_more_than_twice_as_many()
    {
        var trail = Trail();
        for (var number = 0; number < 2 * AuditTrail.EntriesMax + 500; number++) await trail.AddAsync("me", "PUT", $"/{number}", 200);

        Trail().Entries.Select(one => one.Target)
            .ShouldBe(Enumerable.Range(AuditTrail.EntriesMax + 500, AuditTrail.EntriesMax).Select(number => $"/{number}"));
        _disk.List(Home).ShouldBe(["before.journal", "newest.journal"]);
        _disk.UsedBytes.ShouldBeLessThan(2 * AuditTrail.EntriesMax * 200);
    }

    [Fact]
    public async Task A_target_without_end_is_cut()
    {
        await Trail().AddAsync("me", "PUT", new string('x', 100_000), 414);
        Trail().Entries.Single().Target.Length.ShouldBeLessThan(2000);
    }

    [Fact]
    public async Task Of_a_damaged_file_what_stands_before_the_damage_is_shown_and_more_is_written()
    {
        for (var number = 0; number < 3; number++) await Trail().AddAsync("me", "PUT", $"/{number}", 200);
        using (var file = _disk.Open($"{Home}/newest.journal", FileOpening.ReadWrite))
        {
            // Within the second record of three.
            file.Write(file.Length / 2, "???"u8);
        }

        await Trail().AddAsync("me", "PUT", "/later", 200);
        Trail().Entries.Select(one => one.Target).ShouldBe(["/0", "/later"]);
        _disk.List(Home).ShouldContain("newest.journal.damaged");
    }

    [Fact]
    public async Task Where_the_disk_is_full_requests_are_answered_as_ever_and_what_comes_later_is_kept()
    {
        await AskAsync(HttpMethod.Put, "/buckets/a/props", "{}");
        _disk.CapacityBytes = _disk.UsedBytes;
        await AskAsync(HttpMethod.Put, "/buckets/b/props", "{}");
        _disk.CapacityBytes = long.MaxValue;
        await AskAsync(HttpMethod.Put, "/buckets/c/props", "{}");

        Trail().Entries.Select(one => one.Target).ShouldBe(["/buckets/a/props", "/buckets/c/props"]);
    }

    [Fact]
    public async Task What_fails_while_it_is_done_is_told_too()
    {
        var node = new FakeStoreNode { Plans = _ => throw new InvalidOperationException("half done") };
        await AskAsync(HttpMethod.Post, "/cluster/plan/commit?epoch=7", node: node, expected: HttpStatusCode.InternalServerError);

        var entry = Trail().Entries.ShouldHaveSingleItem();
        (entry.Target, entry.Status).ShouldBe(("/cluster/plan/commit?epoch=7", 500));
    }

    [Fact]
    public async Task A_client_that_goes_away_before_it_has_sent_everything_has_499_which_it_never_reads()
    {
        await using (var frontEnd = await StartAsync(new FakeStoreNode()))
        {
            using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) })
            {
                await socket.ConnectAsync("127.0.0.1", frontEnd.Port);
                await socket.SendAsync(
                    "PUT /buckets/b/props HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n"u8.ToArray());
                // The answer says that the body is being read.
                (await socket.ReceiveAsync(new byte[100])).ShouldBeGreaterThan(0);
            }

            await frontEnd.StopAsync(TimeSpan.FromSeconds(30));
        }

        var entry = Trail().Entries.ShouldHaveSingleItem();
        (entry.Who, entry.Method, entry.Target, entry.Status).ShouldBe(("anyone", "PUT", "/buckets/b/props", 499));
    }

    [Fact]
    public async Task What_is_refused_for_its_headers_is_nobodys_change_also_behind_one_on_the_same_connection()
    {
        await using var frontEnd = await StartAsync(new FakeStoreNode());
        using var connection = new RawConnection(frontEnd.Port);
        connection.Send("PUT /buckets/b/props HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
        connection.Receive().Status.ShouldBe(200);
        for (var request = 0; request < 2; request++)
        {
            connection.Send("PUT /buckets/b/props HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{}");
            connection.Receive().Status.ShouldBe(415);
        }

        Trail().Entries.ShouldHaveSingleItem().Status.ShouldBe(200);
    }

    private Task<HttpFrontEnd> StartAsync(FakeStoreNode node) => HttpFrontEnd.StartAsync(
        node, new HttpFrontEndOptions { Port = 0, Audit = new AuditDirectory(_disk, Home) }, NullLoggerFactory.Instance);

    private AuditTrail Trail() => new(NullLogger.Instance, TimeProvider.System, new AuditDirectory(_disk, Home));

    /// <summary>Of a front end of its own.</summary>
    private async Task<string> AskAsync(
        HttpMethod method, string path, string? body = null, FakeStoreNode? node = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        await using var frontEnd = await StartAsync(node ?? new FakeStoreNode());
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{frontEnd.Port}") };
        using var answer = await client.SendAsync(
            new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) });
        answer.StatusCode.ShouldBe(expected);
        var text = await answer.Content.ReadAsStringAsync();
        await frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        return text;
    }
}
