using DynamoActors.Links;
using DynamoActors.Node.Membership;

namespace DynamoActors.Server.LocalCluster;

/// <summary>What to run on this machine; checked by the command line.</summary>
internal sealed record LocalClusterOptions
{
    public int Nodes { get; init; } = 3;

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

    public IEnumerable<LocalNode> Members()
    {
        for (var index = 0; index < Nodes; index++)
        {
            var name = $"node{index + 1}";
            yield return new LocalNode(
                name,
                new HostPort("127.0.0.1", HttpPort + index),
                new HostPort("127.0.0.1", RemotePort + index),
                new HostPort("127.0.0.1", LinksPort + index),
                Path.Combine(DataDirectory, name))
            {
                Resp = RespPort is { } port ? new HostPort("127.0.0.1", port + index) : null,
            };
        }
    }
}

/// <summary>One node's place on this machine.</summary>
internal sealed record LocalNode(string Name, HostPort Http, HostPort Remote, HostPort Links, string DataDirectory)
{
    public HostPort? Resp { get; init; }

    public string LogFile => Path.Combine(DataDirectory, "node.log");
}
