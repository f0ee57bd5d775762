using DynamoActors.Links;

namespace DynamoActors.Server.LocalCluster;

/// <summary>What to run on this machine; checked by the command line.</summary>
internal sealed record LocalClusterOptions
{
    /// <summary>Null: those that an earlier run had, or three.</summary>
    public int? Nodes { get; init; }

    /// <summary>Of the first node; each further node has the next.</summary>
    public int HttpPort { get; init; } = 8081;

    /// <summary>As for the others; null: no node takes RESP, unless the configuration says so.</summary>
    public int? RespPort { get; init; }

    /// <summary>Of the first node; each further node has the next.</summary>
    public int RemotePort { get; init; } = 4053;

    /// <summary>Of the first node; each further node has the next.</summary>
    public int LinksPort { get; init; } = 4153;

    public required string DataDirectory { get; init; }

    /// <summary>Delete what an earlier run left.</summary>
    public bool Fresh { get; init; }

    public required string ConfigFile { get; init; }

    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The place of the node of that number, which counts from 1.</summary>
    public LocalNode Node(int number) => new(
        number,
        new HostPort("127.0.0.1", HttpPort + number - 1),
        new HostPort("127.0.0.1", RemotePort + number - 1),
        new HostPort("127.0.0.1", LinksPort + number - 1),
        Path.Combine(DataDirectory, LocalNode.NameOf(number)))
    {
        Resp = RespPort is { } port ? new HostPort("127.0.0.1", port + number - 1) : null,
    };
}

/// <summary>One node's place on this machine.</summary>
internal sealed record LocalNode(int Number, HostPort Http, HostPort Remote, HostPort Links, string DataDirectory)
{
    public string Name => NameOf(Number);

    public HostPort? Resp { get; init; }

    public string LogFile => Path.Combine(DataDirectory, "node.log");

    public static string NameOf(int number) => $"node{number}";
}
