using DynamoActors.Server.Startup;

namespace DynamoActors.Server.LocalCluster;

/// <summary>Makes the nodes' data directories, and for a fresh start empties them.</summary>
internal static class LocalDataDirectories
{
    public static void Prepare(LocalClusterOptions cluster, IEnumerable<LocalNode> nodes)
    {
        foreach (var node in nodes)
        {
            try
            {
                if (cluster.Fresh && Directory.Exists(node.DataDirectory)) Empty(node);
                Directory.CreateDirectory(node.DataDirectory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartFailure(
                    $"The data directory {node.DataDirectory} cannot be made or emptied: {e.Message} Choose another with --data.");
            }
        }
    }

    /// <summary>Only what is a node's data is deleted, whatever --data names.</summary>
    private static void Empty(LocalNode node)
    {
        if (DataDirectory.IsForeign(node.DataDirectory))
            throw new StartFailure(
                $"{node.DataDirectory} holds files that are no node's data; --fresh deletes nothing there. Choose another directory "
                + "with --data.");
        Directory.Delete(node.DataDirectory, recursive: true);
    }
}
