namespace DynamoActors.Core.Ring;

/// <summary>
/// The preference lists of one ring while certain members are reachable, each made when first asked for. Made anew when either changes. May
/// be read from any thread: two that ask at once make equal lists, and either stays.
/// </summary>
public sealed class PreferenceLists(PartitionTable table, MemberSet reachable)
{
    private readonly PreferenceList?[] _lists = new PreferenceList?[table.PartitionCount];

    public PartitionTable Table { get; } = table;

    public MemberSet Reachable { get; } = reachable;

    /// <summary>Over all owners of the partition.</summary>
    public PreferenceList For(int partition) => _lists[partition] ??= PreferenceList.For(Table, partition, Reachable);
}
