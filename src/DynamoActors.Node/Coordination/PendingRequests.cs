namespace DynamoActors.Node.Coordination;

/// <summary>Requests by id, and in the order in which they came, so that what a walk over them sends does not depend on a hash
/// table.</summary>
internal sealed class PendingRequests
{
    private readonly Dictionary<long, Coordination> _byId = [];
    private Coordination? _first;
    private Coordination? _last;

    public int Count => _byId.Count;

    public Coordination? Find(long id) => _byId.GetValueOrDefault(id);

    public void Add(Coordination added)
    {
        _byId.Add(added.Id, added);
        added.Earlier = _last;
        if (_last is null) _first = added;
        else _last.Later = added;
        _last = added;
    }

    public void Remove(Coordination removed)
    {
        if (!_byId.Remove(removed.Id)) return;
        if (removed.Earlier is null) _first = removed.Later;
        else removed.Earlier.Later = removed.Later;
        if (removed.Later is null) _last = removed.Earlier;
        else removed.Later.Earlier = removed.Earlier;
    }

    /// <summary>Oldest first; the one being visited may be removed, and others may be added.</summary>
    public void ForEach(Action<Coordination> visit)
    {
        for (var current = _first; current is not null;)
        {
            var later = current.Later;
            visit(current);
            current = later;
        }
    }
}
