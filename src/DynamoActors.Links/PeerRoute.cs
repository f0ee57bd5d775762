namespace DynamoActors.Links;

/// <summary>The connections to and from one peer. Guarded by the lock of <see cref="PeerLinks"/>, but for what is sent through
/// it.</summary>
internal sealed class PeerRoute(Peer peer)
{
    private OutboundLane? _requests;
    private OutboundLane? _bulk;

    public Peer Peer { get; set; } = peer;

    public bool IsUp { get; set; }

    public TimeSpan HeardAt { get; set; }

    public bool IsSilent { get; set; }

    public TimeSpan? Clock { get; set; }

    public TimeSpan? RoundTrip { get; set; }

    public List<InboundLane> Inbound { get; } = [];

    /// <summary>Both lanes out are greeted, and so are both that lead back.</summary>
    public bool IsWhole => _requests is not null && _bulk is not null && Inbound.Exists(lane => lane.Lane == Lane.Requests)
        && Inbound.Exists(lane => lane.Lane == Lane.Bulk);

    public long WaitingBytes => (_requests?.WaitingBytes ?? 0) + (_bulk?.WaitingBytes ?? 0);

    public OutboundLane? this[Lane lane]
    {
        get => lane == Lane.Bulk ? Volatile.Read(ref _bulk) : Volatile.Read(ref _requests);
        set
        {
            if (lane == Lane.Bulk) Volatile.Write(ref _bulk, value);
            else Volatile.Write(ref _requests, value);
        }
    }
}
