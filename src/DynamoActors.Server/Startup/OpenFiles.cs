using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Divides the files that the process may have open between clients' connections and the node itself. Without a bound clients that only
/// connect take the last one, and the runtime ends the process.
/// </summary>
internal static class OpenFiles
{
    /// <summary>The runtime's own, logs, lists, connections to other nodes, and tables enough to begin with.</summary>
    private const int NodeItself = 256;

    private const int ConnectionsLeast = 64;

    private const string Key = "dynamo.http.connections-max";

    /// <summary>What the operating system allows this process; null where it does not say.</summary>
    public static int? Limit => File.Exists("/proc/self/limits") ? LimitIn(File.ReadAllText("/proc/self/limits")) : null;

    /// <summary>The runtime raises the soft limit to the hard one at its start, so that they are the same here.</summary>
    public static int? LimitIn(string limits)
    {
        var line = limits.Split('\n').FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    /// <exception cref="StartFailure">There are too few for any node.</exception>
    public static void RequireEnough(int? limit)
    {
        if (limit < NodeItself + ConnectionsLeast)
            throw new StartFailure(
                $"This process may have {limit} files open (ulimit -n), and a node needs {NodeItself + ConnectionsLeast} at least: "
                + $"{NodeItself} for itself and one for each connection. Raise that limit.");
    }

    /// <summary>Half of all files for connections at most: the other half is for tables, which grow in number with the data.</summary>
    /// <exception cref="StartFailure">There are more connections than files for them.</exception>
    public static LayeredConfiguration Fit(LayeredConfiguration layers, int? limit)
    {
        if (limit is not { } files) return layers;
        var most = Math.Min(files / 2, files - NodeItself);
        if (layers.Config.GetLong(Key) <= most) return layers;
        if (layers.IsSetOutsideOfReference(Key))
            throw new StartFailure(
                $"{Key} is {layers.Config.GetLong(Key)}, and this process may have {files} files open (ulimit -n), of which a node "
                + "needs the others: "
                + $"lower it to {most} at most, or raise that limit.{layers.WhereSet(Key)}");
        return layers.Under(LayeredConfiguration.Of(ConfigurationText.Parse(ConfigurationText.Machine, $"{Key} = {most}")));
    }

    public static void Report(CheckedConfiguration configuration, int? limit, ILogger log)
    {
        if (limit is { } files)
            log.LogInformation("{Node} may have {Files} files open: {Connections} connections of clients, and {Others} for the node itself",
                configuration.Node.Name, files, configuration.Http.ConnectionsMax, files - configuration.Http.ConnectionsMax);
    }
}
