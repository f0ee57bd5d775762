using DynamoActors.Links;

namespace DynamoActors.Server.Startup;

/// <summary>What the command line says about the node to run.</summary>
internal sealed record NodeLaunch
{
    public required string Name { get; init; }

    /// <summary>Null, as for all below that may be: the configuration file's.</summary>
    public HostPort? Http { get; init; }

    /// <summary>Given: RESP is taken there. Null: what the configuration file says, which is nowhere where it says nothing.</summary>
    public HostPort? Resp { get; init; }

    public HostPort? Remote { get; init; }

    public HostPort? Links { get; init; }

    /// <summary>The host under which others reach this node: its HTTP, its remoting and its links.</summary>
    public string? Advertise { get; init; }

    /// <summary>Empty: the configuration file's; where that has none either, this node forms a cluster of its own.</summary>
    public IReadOnlyList<HostPort> Seeds { get; init; } = [];

    public required string DataDirectory { get; init; }

    public required string ConfigFile { get; init; }

    /// <summary>Each <c>key=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Zero: wait for ever.</summary>
    public TimeSpan JoinTimeout { get; init; }

    public bool UntilInputEnds { get; init; }
}
