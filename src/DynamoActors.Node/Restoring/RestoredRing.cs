using DynamoActors.Core.Buckets;
using DynamoActors.Core.Ring;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;
using DynamoActors.Storage;
using DynamoActors.Storage.Journal;

namespace DynamoActors.Node.Restoring;

/// <summary>The ring and the buckets' settings, as nodes' journals remember them.</summary>
/// <param name="Table">The newest that any of them knows.</param>
/// <param name="Buckets">Of every bucket that was ever set, all changes together.</param>
public sealed record RestoredRing(PartitionTable Table, IReadOnlyList<BucketVersion> Buckets)
{
    /// <summary>The name of the journal's file.</summary>
    public const string FileName = "ring.journal";

    // Every message of the old ring's is for its members, wherever they are now: no member of the new one is looked for at their addresses.
    private const string NowhereYet = "restored.invalid:4053";

    /// <summary>Null: none of them knows a ring.</summary>
    public static RestoredRing? Read(IFileSystem files, IEnumerable<string> journals)
    {
        var serializer = new RingJournalSerializer(null!);
        var state = RingState.Empty;
        foreach (var journal in journals)
            foreach (var one in EventLog.ReadSound(files, journal))
                state = state.Apply(serializer.FromBinary(one.Payload, one.Manifest));
        return state.Ring is null ? null : new RestoredRing(state.Ring, [.. state.BucketVersions.Values]);
    }

    /// <summary>
    /// The ring of a new cluster that has this one's data: other nodes, or as many of the same names, and nobody who can be taken for one
    /// of the old cluster's.
    /// </summary>
    public RestoredRing ForNewCluster(IReadOnlyList<string> names, ulong cluster)
    {
        var known = Table.Members[0].Address;
        var system = known[..(known.IndexOf('@') + 1)];
        var members = names.Select(name => (Table.MemberIndex(name) is var index and >= 0 ? Table.Members[index]
            : new RingMember(name, "", "", "", 1)) with
        {
            Address = $"{system}{Uri.EscapeDataString(name)}.{NowhereYet}",
            Http = "",
            State = RingMemberState.Staying,
        });
        return this with
        {
            Table = PartitionTable.Assign([.. members], Table.PartitionCount, Table.ReplicationFactor, Table).OfCluster(cluster),
        };
    }

    public bool IsLww(string bucket) => Buckets.Any(one => one.Bucket == bucket && one.Settings.Policy == ConflictPolicy.Lww);

    /// <summary>Makes the journal that a node in this ring starts with.</summary>
    public void Write(IFileSystem files, string directory, DateTimeOffset now)
    {
        var serializer = new RingJournalSerializer(null!);
        object[] events = [.. Buckets, new RingCommitted(Table)];
        EventLog.Open(files, Path.Combine(directory, FileName), _ => { }).Append([.. events.Select((one, index) => new EventRecord(
            index + 1, now.UtcTicks, serializer.Identifier, serializer.Manifest(one), serializer.ToBinary(one)))]);
    }
}
