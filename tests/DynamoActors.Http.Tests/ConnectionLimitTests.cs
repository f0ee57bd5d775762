using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Tests;

public sealed class ConnectionLimitTests : IAsyncLifetime
{
    private const int ConnectionsMax = 3;

    private readonly Warnings _warnings = new();
    private HttpFrontEnd _frontEnd = null!;

    public async Task InitializeAsync()
    {
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(_warnings));
        _frontEnd = await HttpFrontEnd.StartAsync(
            new FakeStoreNode(), new HttpFrontEndOptions { Port = 0, ConnectionsMax = ConnectionsMax }, logs);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_said_once_and_taken_again_when_others_have_gone()
    {
        var open = new List<TcpClient>();
        for (var index = 0; index < ConnectionsMax; index++)
        {
            open.Add(await ConnectAsync());
            (await IsAnsweredAsync(open[^1])).ShouldBeTrue();
        }

        for (var index = 0; index < 5; index++)
        {
            using var refused = await ConnectAsync();
            (await IsAnsweredAsync(refused)).ShouldBeFalse();
        }

        (await IsAnsweredAsync(open[0])).ShouldBeTrue("those that are open stay so");
        _warnings.Lines().ShouldHaveSingleItem().ShouldContain(
            "3 connections are open, the most that may be (dynamo.http.connections-max)");

        open[0].Dispose();
        while (true)
        {
            // The end of the first is noticed a moment later.
            using var next = await ConnectAsync();
            if (await IsAnsweredAsync(next)) break;
        }

        foreach (var connection in open) connection.Dispose();
    }

    [Fact]
    public async Task Of_those_that_have_asked_for_nothing_the_longest_open_makes_room()
    {
        var asked = await ConnectAsync();
        (await IsAnsweredAsync(asked)).ShouldBeTrue();
        var silent = new List<TcpClient> { await ConnectAsync() };
        for (var index = 0; index < 3 * ConnectionsMax; index++)
        {
            silent.Add(await ConnectAsync());
            using var comer = await ConnectAsync();
            (await IsAnsweredAsync(comer)).ShouldBeTrue($"{index}: whoever has asked for nothing keeps nobody out");
        }

        (await IsAnsweredAsync(silent[0])).ShouldBeFalse();
        (await IsAnsweredAsync(asked)).ShouldBeTrue("those that are used stay open");
        _warnings.Lines().ShouldHaveSingleItem().ShouldContain("the longest open make room");
        foreach (var connection in silent.Append(asked)) connection.Dispose();
    }

    public async Task DisposeAsync()
    {
        await _frontEnd.StopAsync(TimeSpan.FromSeconds(5));
        await _frontEnd.DisposeAsync();
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _frontEnd.Port);
        }
        catch (SocketException)
        {
            // Taken and closed before this side knew that it was open.
        }
        return client;
    }

    private static async Task<bool> IsAnsweredAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), patience.Token);
            return await client.GetStream().ReadAsync(new byte[4096], patience.Token) > 0;
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines()
        {
            lock (_lines) return [.. _lines];
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? failure, Func<TState, Exception?,
            string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            lock (_lines) _lines.Add(formatter(state, failure));
        }

        public void Dispose()
        {
        }
    }
}
