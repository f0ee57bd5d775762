using DynamoActors.Http.Security;
using DynamoActors.Resp.Calls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Resp.Connections;

/// <summary>What Kestrel runs for each connection.</summary>
internal sealed class RespConnectionHandler(RespServices services, ClientTls? tls, ILogger log) : ConnectionHandler
{
    private long _lastId;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var session = new Session(Interlocked.Increment(ref _lastId), connection.RemoteEndPoint?.ToString() ?? "",
            ClientTls.ShownOn(connection.Features, tls));
        Interlocked.Increment(ref services.Meter.Connections);
        try
        {
            await new RespConnection(connection, services, session, log).RunAsync();
        }
        finally
        {
            Interlocked.Decrement(ref services.Meter.Connections);
        }
    }
}
