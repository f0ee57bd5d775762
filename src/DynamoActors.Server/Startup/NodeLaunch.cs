using DynamoActors.Server.Commands;

namespace DynamoActors.Server.Startup;

/// <summary>What the command line says about the node to run.</summary>
internal sealed record NodeLaunch
{
    public required string Name { get; init; }

    public required HostPort Http { get; init; }

    public required HostPort Remote { get; init; }

    /// <summary>Null: the hosts of <see cref="Http"/> and <see cref="Remote"/> themselves.</summary>
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
