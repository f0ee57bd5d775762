namespace DynamoActors.Server.Startup;

/// <summary>
/// How many connections of clients fit into what the process may have: an eighth of it, unless somebody has set their number. Whoever
/// only connects could take all of it else, and half a handshake of TLS takes as much as a whole one.
/// </summary>
internal static class ConnectionShares
{
    private const string Key = "dynamo.http.connections-max";

    /// <summary>Of the whole: one part. What TLS takes lies outside of the heap, in the quarter that a container's heap leaves.</summary>
    private const int Parts = 8;

    private const long PlainBytes = 16 << 10;

    private const long TlsBytes = 72 << 10;

    public static long MostIn(long availableBytes, bool withTls) => availableBytes / Parts / (withTls ? TlsBytes : PlainBytes);

    public static LayeredConfiguration Fit(LayeredConfiguration layers, long availableBytes)
    {
        var most = MostIn(availableBytes, withTls: layers.Config.GetString("dynamo.security.clients.certificate") is { Length: > 0 });
        return layers.IsSetOutsideOfReference(Key) || layers.Config.GetLong(Key) <= most ? layers
            : layers.Under(LayeredConfiguration.Of(ConfigurationText.Parse(ConfigurationText.Machine, $"{Key} = {most}")));
    }
}
