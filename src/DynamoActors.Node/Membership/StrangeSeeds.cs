namespace DynamoActors.Node.Membership;

/// <summary>
/// Notices that a node was started on the directory of one cluster with the seeds of another: those it was told to join through turn it
/// away, and none of them has been met. Once one has, a seed that turns out to be a stranger is that seed's trouble. Pure.
/// </summary>
internal sealed class StrangeSeeds
{
    /// <summary>Who is refused dials again several times meanwhile.</summary>
    private static readonly TimeSpan _lasts = TimeSpan.FromSeconds(10);

    private bool _isOneMet;
    private string _stranger = "";
    private TimeSpan? _refusedAt;

    public void Met() => _isOneMet = true;

    /// <summary>That seed said that it is of another cluster.</summary>
    public void Refused(string seed, TimeSpan now) => (_stranger, _refusedAt) = (seed, now);

    /// <summary>Null: all is well.</summary>
    public string? Complaint(string name, ulong cluster, IEnumerable<string> members, TimeSpan now) =>
        _isOneMet || _refusedAt is not { } at || now - at > _lasts ? null
            : $"The data directory of {name} belongs to the cluster {cluster:x16} of {string.Join(", ", members)}, and the seed "
                + $"{_stranger} to another one. Start it on its own directory (--data), or with the seeds of that cluster (--seed).";
}
