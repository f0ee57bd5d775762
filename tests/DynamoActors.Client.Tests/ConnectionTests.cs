using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DynamoActors.Client.Tests;

/// <summary>The client's own connections, against a socket that behaves as it likes.</summary>
public sealed class ConnectionTests
{
    /// <summary>
    /// An HTTP handler sends a request without a body again where a kept connection ends in its place: what the first one did would be
    /// lost, and a refused second one would look as if nothing had been sent.
    /// </summary>
    [Theory]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task A_write_whose_kept_connection_ends_is_unknown_and_was_sent_once(string method)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var requests = new List<string>();
        var served = ServeAsync(listener, requests, method);
        using var client = new DynamoClient(OptionsOf(listener));
        var bucket = client.Bucket();
        (await bucket.GetAsync("a")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        var result = method == "PUT" ? await bucket.PutAsync("a", "x"u8.ToArray()) : await bucket.DeleteAsync("a");
        result.ShouldBeOfType<Unknown>();
        listener.Stop();
        await served;
        requests.Count(request => request.StartsWith(method)).ShouldBe(1);
    }

    [Fact]
    public async Task A_machine_that_is_gone_costs_the_connection_time_and_nothing_is_written()
    {
        // Nobody takes connections off a full backlog: they hang as those to a machine that is gone do.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var address = (IPEndPoint)listener.LocalEndPoint!;
        var fillers = Enumerable.Range(0, 4).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        foreach (var filler in fillers)
        {
            try
            {
                filler.Connect(address);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // As it should be.
            }
        }

        await Task.Delay(50);
        var options = new DynamoClientOptions { AsksOwners = false, ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        options.Nodes.Add(new Uri($"http://{address}"));
        using var client = new DynamoClient(options);
        var not = (await client.Bucket().PutAsync("a", "x"u8.ToArray())).ShouldBeOfType<NotWritten>();
        (not.Why, not.Detail.Contains("timed out")).ShouldBe((WhyNotWritten.NoNodeReachable, true), not.Detail);
        fillers.ForEach(filler => filler.Dispose());
    }

    private static DynamoClientOptions OptionsOf(TcpListener listener)
    {
        var options = new DynamoClientOptions { AsksOwners = false };
        options.Nodes.Add(new Uri($"http://{listener.LocalEndpoint}"));
        return options;
    }

    /// <summary>Answers reads, and ends the connection on a write, until the listener is stopped.</summary>
    private static async Task ServeAsync(TcpListener listener, List<string> requests, string ending)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                await ServeAsync(connection.GetStream(), requests, ending);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private static async Task ServeAsync(NetworkStream stream, List<string> requests, string ending)
    {
        var bytes = new byte[4096];
        while (true)
        {
            var request = "";
            while (!request.Contains("\r\n\r\n"))
            {
                var read = await stream.ReadAsync(bytes);
                if (read == 0) return;
                request += Encoding.ASCII.GetString(bytes, 0, read);
            }

            requests.Add(request);
            if (request.StartsWith(ending)) return;
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nX-Dynamo-Epoch: 1\r\nContent-Length: 1\r\n\r\nx"u8.ToArray());
        }
    }
}
