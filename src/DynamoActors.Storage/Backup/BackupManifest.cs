using System.Text.Json.Serialization;

namespace DynamoActors.Storage.Backup;

/// <summary>
/// What one backup is made of. Everything that was acknowledged before <paramref name="At"/> is in it, on every node that it has; of what
/// was written while the nodes took their checkpoints it has some and some not.
/// </summary>
/// <param name="Name">Unique in its folder; later backups have later names.</param>
/// <param name="At">A time of the hybrid clock, at which no node had taken its checkpoint yet, and after which each of them did.</param>
/// <param name="Cluster">Whose it is.</param>
/// <param name="Epoch">Of its ring then.</param>
/// <param name="Owners">The names of each partition's owners; the index is the partition.</param>
/// <param name="Missing">Members that could not be backed up, and why.</param>
public sealed record BackupManifest(
    string Name, ulong At, DateTimeOffset Taken, string Cluster, ulong Epoch, string[][] Owners, NodeBackup[] Nodes,
    SortedDictionary<string, string> Missing)
{
    /// <summary>Partitions by how many of their owners are in the backup; those with all of them are left out.</summary>
    [JsonIgnore]
    public IReadOnlyList<(int Copies, int Partitions)> Fewer => [.. Owners
        .Select(owners => (All: owners.Length, There: owners.Count(owner => Nodes.Any(node => node.Node == owner))))
        .Where(copies => copies.There < copies.All)
        .GroupBy(copies => copies.There).Select(group => (group.Key, group.Count())).OrderBy(group => group.Key)];

    /// <summary>Of every partition there is an owner.</summary>
    [JsonIgnore]
    public bool IsWhole => Fewer.All(group => group.Copies > 0);

    [JsonIgnore]
    public long Bytes => Nodes.Sum(node => node.Files.Sum(file => file.Bytes));
}

/// <summary>One node's store and what it knew of the ring and the buckets.</summary>
public sealed record NodeBackup(string Node, BackupFile[] Files);

/// <param name="Checksum">CRC-32C of all of it.</param>
public sealed record BackupFile(string Name, long Bytes, uint Checksum);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
