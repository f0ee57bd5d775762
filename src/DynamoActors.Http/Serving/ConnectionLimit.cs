using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Closes connections beyond a number as soon as they are made, and says so at most once in a while. Kestrel's own limit writes a line for
/// each.
/// </summary>
internal sealed class ConnectionLimit(int connectionsMax, TimeProvider time, ILogger log)
{
    private readonly SeldomTold _refused = new(time);
    private int _connections;

    public void Use(ListenOptions endpoint) => endpoint.Use(next => connection => OnConnectionAsync(next, connection));

    private async Task OnConnectionAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _connections) <= connectionsMax) await next(connection);
            else Refuse(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private void Refuse(ConnectionContext connection)
    {
        connection.Abort();
        if (_refused.Happened(out var refused))
            log.LogWarning("{Most} connections are open, the most that may be (dynamo.http.connections-max): {Refused} more were closed "
                + "so far",
                connectionsMax, refused);
    }
}
