using System.Globalization;
using Akka.Configuration;
using DynamoActors.Node.Settings;

namespace DynamoActors.Embedded;

/// <summary>
/// A node within an application's actor system. Where that listens for other actor systems (<c>WithRemoting</c>) is the application's; the
/// reads and writes that nodes do for each other have a port of their own.
/// </summary>
public sealed record DynamoNodeOptions
{
    /// <summary>Unique in the cluster; it belongs to the data directory and never changes with it.</summary>
    public required string Name { get; init; }

    /// <summary>Everything the node keeps: empty or new at the first start, and this node's alone.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the actor systems of other nodes listen, <c>host:port</c>. Empty: this one forms a cluster of its own. The cluster's
    /// own list of seed nodes stays empty: the node joins when it has found out which cluster its data belongs to.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>Where other nodes' reads and writes are taken; 0.0.0.0 needs the setting <c>dynamo.links.public-host</c>.</summary>
    public string LinksHost { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free one, which the others are told.</summary>
    public int LinksPort { get; init; }

    /// <summary>Any other setting of hocon/reference.conf below <c>dynamo</c>, by its whole name: <c>["dynamo.ring.replicas"] = "3"</c>.
    /// Memory is not divided up as the server does it: <c>dynamo.store.lsm.block-cache-bytes</c> and <c>memtable-bytes</c> are what one
    /// node takes of the application's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <exception cref="SettingException">A setting is none, or its value makes no sense.</exception>
    internal Config ToConfig()
    {
        var reference = Reference();
        Dictionary<string, string> lines = new(Settings)
        {
            ["dynamo.name"] = Name,
            ["dynamo.store.directory"] = StoreSettings.DirectoryIn(DataDirectory),
            ["dynamo.links.host"] = LinksHost,
            ["dynamo.links.port"] = LinksPort.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var key in lines.Keys)
        {
            if (!key.StartsWith("dynamo.", StringComparison.Ordinal) || !reference.HasPath(key) || reference.GetValue(key).IsObject())
                throw new SettingException(key, $"{key} is no setting of a node; hocon/reference.conf explains all, those below dynamo "
                    + "can be given here.");
        }

        return ConfigurationFactory.ParseString(string.Join('\n', lines.Select(line => $"{line.Key} = {Quoted(line.Value)}")))
            .WithFallback(reference);
    }

    private static Config Reference()
    {
        using var text = new StreamReader(typeof(DynamoNodeOptions).Assembly.GetManifestResourceStream("reference.conf")!);
        return ConfigurationFactory.ParseString(text.ReadToEnd());
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
