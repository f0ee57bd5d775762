using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Tests;

/// <summary>What goes wrong while a body is sent is the client's, and its connection holds no second request.</summary>
public sealed class BrokenBodyTests : IAsyncLifetime
{
    private readonly LogLines _log = new();
    private HttpFrontEnd _frontEnd = null!;

    public async Task InitializeAsync()
    {
        using var logs = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(_log));
        _frontEnd = await HttpFrontEnd.StartAsync(new FakeStoreNode(), new HttpFrontEndOptions { Port = 0, ValueBytesMax = 1_000_000 },
            logs);
    }

    [Theory]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1ffffffffffffffffff\r\nabc\r\n", 400)]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", 400)]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n", 400)]
    [InlineData("PUT /kv/a?w=x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n", 400)]
    [InlineData("PUT /none HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n", 404)]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n", 413)]
    public void A_body_that_was_not_read_ends_its_connection(string request, int status)
    {
        using var connection = new RawConnection(_frontEnd.Port);
        connection.Send(request);
        var answer = connection.Receive();
        (answer.Status, answer.Headers.GetValueOrDefault("Connection")).ShouldBe((status, "close"), answer.Text);
        _log.All.ShouldNotContain(line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public void A_problem_behind_a_body_that_was_read_leaves_the_connection_open()
    {
        using var connection = new RawConnection(_frontEnd.Port);
        for (var request = 0; request < 2; request++)
        {
            connection.Send("PUT /buckets/b/props HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            var answer = connection.Receive();
            (answer.Status, answer.Headers.ContainsKey("Connection")).ShouldBe((400, false));
        }
    }

    [Fact]
    public void Two_content_types_are_refused_and_a_body_that_had_come_is_passed_over()
    {
        using var connection = new RawConnection(_frontEnd.Port);
        for (var request = 0; request < 2; request++)
        {
            connection.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Type: a/a\r\nContent-Type: b/b\r\n\r\nx");
            var answer = connection.Receive();
            (answer.Status, answer.Text.Contains("Content-Type")).ShouldBe((400, true), answer.Text);
        }
    }

    [Fact]
    public async Task A_client_that_resets_while_it_sends_is_debug_to_the_front_end()
    {
        const int clients = 20;
        for (var client = 0; client < clients; client++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            await socket.ConnectAsync("127.0.0.1", _frontEnd.Port);
            await socket.SendAsync("PUT /kv/a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n"u8.ToArray());
            // The answer says that the body is being read.
            (await socket.ReceiveAsync(new byte[100])).ShouldBeGreaterThan(0);
            await socket.SendAsync(new byte[1000]);
        }

        for (var client = 0; client < clients; client++) (await _log.Gone.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        // Kestrel still has a line of its own about the rest of the body.
        _log.All.Where(line => line.Level > LogLevel.Debug && !line.Text.StartsWith("Connection id")).ShouldBeEmpty();
    }

    public async Task DisposeAsync()
    {
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

        public IReadOnlyCollection<(LogLevel Level, string Text)> All => _lines;

        public SemaphoreSlim Gone { get; } = new(0);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? failure, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, failure);
            _lines.Enqueue((level, text));
            if (text.EndsWith("the client went away")) Gone.Release();
        }

        public void Dispose()
        {
        }
    }
}
