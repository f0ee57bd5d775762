using System.Net;
using System.Net.Sockets;
using DynamoActors.Links;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Finds out, before anything is started, whether a port can be had: a clear sentence instead of a socket's error from deep inside.
/// </summary>
internal static class Ports
{
    /// <exception cref="StartFailure">One of them is in use or wanted twice, or its host is not this machine's.</exception>
    public static void RequireFree(IReadOnlyList<(string Purpose, HostPort Address)> wanted)
    {
        var given = wanted.Where(one => one.Address.Port != 0).ToArray();
        if (given.GroupBy(one => one.Address).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            var purposes = string.Join(" and ", twice.Select(one => one.Purpose));
            throw new StartFailure($"{twice.Key} is given twice: {purposes}. Choose another port for one of them.");
        }

        foreach (var (purpose, address) in given) RequireFree(purpose, address);
    }

    private static void RequireFree(string purpose, HostPort address)
    {
        try
        {
            var ip = IPAddress.TryParse(address.Host, out var literal) ? literal : Dns.GetHostAddresses(address.Host)[0];
            using var probe = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(ip, address.Port));
            probe.Listen();
        }
        catch (SocketException e)
        {
            throw new StartFailure(e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"Port {address.Port} on {address.Host} ({purpose}) is in use by another process. Stop that process, or choose "
                    + "another port.",
                SocketError.AccessDenied =>
                    $"Port {address.Port} on {address.Host} ({purpose}) may not be used by this user. Choose one above 1023.",
                SocketError.AddressNotAvailable =>
                    $"{address.Host} ({purpose}) is not an address of this machine. Listen on 0.0.0.0 and tell others the name with "
                    + "--advertise.",
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData =>
                    $"The host {address.Host} ({purpose}) cannot be resolved.",
                _ => $"{address} ({purpose}) cannot be listened on: {e.Message}",
            });
        }
    }
}
