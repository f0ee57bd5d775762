namespace DynamoActors.Resp;

/// <summary>Where and what this front end takes; bounds on bytes and connections are those of HTTP.</summary>
public sealed record RespOptions
{
    public const int DefaultPort = 6379;

    /// <summary>Default false: the port is not listened on.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>An IP address, or <c>localhost</c>. 0.0.0.0 listens on every interface.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0: a free one, which <see cref="RespFrontEnd.Port"/> then tells.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>How many a client may SELECT; each is a bucket.</summary>
    public int Databases { get; init; } = 16;

    /// <summary>Bytes of the largest value, as over HTTP.</summary>
    public int ValueBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of the longest key, as over HTTP.</summary>
    public int KeyBytesMax { get; init; } = 1024;
}
