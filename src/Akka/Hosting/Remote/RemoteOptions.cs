using System.Globalization;
using Akka.Hosting;

namespace Akka.Remote.Hosting;

/// <summary>Where an actor system listens, and where others find it. What is null keeps the configuration's value.</summary>
public class RemoteOptions
{
    /// <summary>The address that is bound.</summary>
    public string? HostName { get; set; }

    /// <summary>The port that is bound; 0 takes any free one.</summary>
    public int? Port { get; set; }

    /// <summary>The address that other nodes connect to, where it differs.</summary>
    public string? PublicHostName { get; set; }

    public int? PublicPort { get; set; }

    internal string ToHocon() => string.Concat(
        HoconText.Line("akka.remote.dot-netty.tcp.hostname", HostName is null ? null : HoconText.Quoted(HostName)),
        HoconText.Line("akka.remote.dot-netty.tcp.port", Port?.ToString(CultureInfo.InvariantCulture)),
        HoconText.Line("akka.remote.dot-netty.tcp.public-hostname", PublicHostName is null ? null : HoconText.Quoted(PublicHostName)),
        HoconText.Line("akka.remote.dot-netty.tcp.public-port", PublicPort?.ToString(CultureInfo.InvariantCulture)));
}
