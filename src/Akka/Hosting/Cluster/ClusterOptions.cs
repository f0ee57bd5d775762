using System.Globalization;
using Akka.Hosting;

namespace Akka.Cluster.Hosting;

/// <summary>How a node takes part in its cluster. What is null keeps the configuration's value.</summary>
public sealed class ClusterOptions
{
    /// <summary>Addresses such as <c>akka.tcp://system@host:port</c>.</summary>
    public string[]? SeedNodes { get; set; }

    public string[]? Roles { get; set; }

    /// <summary>Members needed before any is Up.</summary>
    public int? MinimumNumberOfMembers { get; set; }

    internal string ToHocon() => string.Concat(
        HoconText.Line("akka.cluster.seed-nodes", SeedNodes is null ? null : HoconText.Quoted(SeedNodes)),
        HoconText.Line("akka.cluster.roles", Roles is null ? null : HoconText.Quoted(Roles)),
        HoconText.Line("akka.cluster.min-nr-of-members", MinimumNumberOfMembers?.ToString(CultureInfo.InvariantCulture)));
}
