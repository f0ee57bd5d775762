using System.Net;
using System.Text;
using DynamoActors.Core.Versioning;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Http.Tests;

/// <summary>What counts is what has come, not what was announced; who is slow has to make way for those that wait.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private const int MiB = 1 << 20;

    private readonly FakeStoreNode _node = new();
    private readonly List<RawConnection> _slow = [];
    private HttpFrontEnd _frontEnd = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _frontEnd = await HttpFrontEnd.StartAsync(
            _node, new HttpFrontEndOptions
            {
                Port = 0,
                BodiesBytesMax = 16 * MiB,
                AnswersBytesMax = 16 * MiB,
                RequestTimeout = TimeSpan.FromSeconds(30),
            },
            NullLoggerFactory.Instance);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_frontEnd.Port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public async Task DisposeAsync()
    {
        foreach (var connection in _slow) connection.Dispose();
        _client.Dispose();
        await _frontEnd.StopAsync(TimeSpan.FromMilliseconds(1));
        await _frontEnd.DisposeAsync();
    }

    [Theory]
    [InlineData(8 * MiB)]
    [InlineData(60_000)]
    public async Task Uploads_that_announce_much_and_send_little_hold_nothing(int announced)
    {
        for (var upload = 0; upload < 300; upload++) Begin($"/kv/slow{upload}", announced, sent: 500);
        (await PutAsync("/kv/small?timeout=300", 100)).ShouldBe(HttpStatusCode.Created);
        (await PutAsync("/kv/large?timeout=300", 8 * MiB)).ShouldBe(HttpStatusCode.Created);
        foreach (var connection in _slow) connection.Send(new byte[500]);
        (await PutAsync("/kv/small?timeout=300", 100)).ShouldBe(HttpStatusCode.Created);
        (await PutAsync("/kv/large?timeout=300", 8 * MiB)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Uploads_that_stop_half_way_give_way_to_one_that_waits()
    {
        var stalled = Enumerable.Range(0, 3).Select(upload => Begin($"/kv/slow{upload}", 4 * MiB, sent: MiB)).ToArray();
        (await PutAsync("/kv/small", 100)).ShouldBe(HttpStatusCode.Created);
        (await PutAsync("/kv/large", 8 * MiB)).ShouldBe(HttpStatusCode.Created);

        // All but what a quarter of the room holds.
        var answer = stalled[0].Receive();
        answer.Status.ShouldBe(408);
        answer.Headers["Connection"].ShouldBe("close");
        Encoding.UTF8.GetString(answer.Body).ShouldContain("slower than 64 KiB a second");
    }

    [Fact]
    public async Task A_download_that_is_not_taken_gives_way_to_one_that_waits()
    {
        var version = FakeStoreNode.Version(1, "");
        _node.Put("large", FakeStoreNode.Siblings(
            new Sibling(version.Dot, version.Time, null, null, IsTombstone: false, new byte[32 * MiB])));
        var idle = new RawConnection(_frontEnd.Port);
        _slow.Add(idle);
        idle.Send("GET /kv/large HTTP/1.1\r\nHost: a\r\n\r\n");
        // It has the room before the other comes.
        idle.Receive(hasBody: false).Status.ShouldBe(200);

        (await _client.GetByteArrayAsync("/kv/large")).Length.ShouldBe(32 * MiB);
        Should.Throw<IOException>(() => idle.Receive());
    }

    private RawConnection Begin(string target, int length, int sent)
    {
        var connection = new RawConnection(_frontEnd.Port);
        _slow.Add(connection);
        connection.Send($"PUT {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        connection.Send(new byte[sent]);
        return connection;
    }

    private async Task<HttpStatusCode> PutAsync(string target, int length)
    {
        using var answer = await _client.PutAsync(target, new ByteArrayContent(new byte[length]));
        return answer.StatusCode;
    }
}
