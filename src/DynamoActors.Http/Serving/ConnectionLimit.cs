using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Serving;

/// <summary>
/// Connections up to a number. Where all places are taken, of those over which nobody has asked anything yet whom this node serves the
/// longest open makes room, be it in its TLS handshake or silent: strangers keep nobody out. Where there is none, the newest is closed at
/// once. Either is said at most once in a while. Kestrel's own limit refuses whoever comes, and writes a line for each.
/// </summary>
internal sealed class ConnectionLimit(int connectionsMax, TimeProvider time, ILogger log)
{
    private readonly SeldomTold _refused = new(time);
    private readonly SeldomTold _replaced = new(time);
    private readonly Lock _gate = new();
    private readonly LinkedList<ConnectionPlace> _unproven = new();
    private int _connections;

    public void Use(ListenOptions endpoint) => endpoint.Use(next => connection => OnConnectionAsync(next, connection));

    internal void Prove(ConnectionPlace place)
    {
        lock (_gate) Forget(place);
    }

    private async Task OnConnectionAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var place = new ConnectionPlace(this, connection);
        if (!TryEnter(place))
        {
            Refuse(connection);
            return;
        }

        connection.Features.Set(place);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(place);
        }
    }

    private bool TryEnter(ConnectionPlace place)
    {
        ConnectionPlace? longest = null;
        lock (_gate)
        {
            if (_connections < connectionsMax) _connections++;
            else if ((longest = _unproven.First?.Value) is null) return false;
            else
            {
                Forget(longest);
                longest.HasGivenWay = true;
            }

            place.AmongUnproven = _unproven.AddLast(place);
        }

        if (longest is not null) Replace(longest);
        return true;
    }

    private void Leave(ConnectionPlace place)
    {
        lock (_gate)
        {
            Forget(place);
            if (!place.HasGivenWay) _connections--;
        }
    }

    private void Forget(ConnectionPlace place)
    {
        if (place.AmongUnproven is not { } node) return;
        _unproven.Remove(node);
        place.AmongUnproven = null;
    }

    private void Replace(ConnectionPlace longest)
    {
        longest.Connection.Abort();
        if (_replaced.Happened(out var replaced))
            log.LogWarning("{Most} connections are open, the most that may be (dynamo.http.connections-max): of those over which nobody "
                + "known has asked for anything the longest open make room, {Replaced} so far",
                connectionsMax, replaced);
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

/// <summary>A connection's place among those that may be, for as long as it is open.</summary>
internal sealed class ConnectionPlace(ConnectionLimit limit, ConnectionContext connection)
{
    private bool _isProven;

    public ConnectionContext Connection => connection;

    /// <summary>Null: it makes room for nobody.</summary>
    public LinkedListNode<ConnectionPlace>? AmongUnproven { get; set; }

    /// <summary>Another has its place.</summary>
    public bool HasGivenWay { get; set; }

    /// <summary>Somebody whom this node serves has asked for something over it.</summary>
    public void Prove()
    {
        if (_isProven) return;
        _isProven = true;
        limit.Prove(this);
    }
}
