using DynamoActors.Node.Messages;

namespace DynamoActors.Node.AntiEntropy;

/// <summary>
/// Drops a partition's deletions, on proof and never by age alone: every owner holds exactly that version as its own, and no node of the
/// ring keeps a hint for the partition. The partition's first owner asks all nodes, and when all have answered tells the owners to drop
/// what they then still hold unchanged. See docs/decisions/0007.
/// </summary>
internal sealed class TombstoneReaping(AntiEntropyServices services, PlannedExchange planned, TimeSpan ageMin) : Exchange(services, planned)
{
    private readonly HashSet<int> _answered = [];
    private VersionsListed _page = null!;
    private bool[] _held = [];

    private int Partition => Planned.Partition;
    private ulong Epoch => Services.Ring.Table.Epoch;

    public override void Start() => List(from: default);

    private void List(ReadOnlyMemory<byte> from) =>
        Services.Ring.Peers[Services.Ring.Self].Vnodes[Partition]
            .Tell(new ListDeleted(RequestId, from, Services.UnixMilliseconds - (long)ageMin.TotalMilliseconds), Services.Actor);

    public override void OnReply(ReplicaReply reply)
    {
        switch (reply)
        {
            case VersionsListed listed: Confirm(listed); break;
            case DeletedConfirmed confirmed: OnConfirmed(confirmed); break;
            default: Finish(ExchangeEnd.Failed); break;
        }
    }

    private void Confirm(VersionsListed page)
    {
        FoundNothing = _page is null && page.Keys.Count == 0 && page.Next.IsEmpty;
        _page = page;
        if (page.Keys.Count == 0) { GoOn(); return; }
        _answered.Clear();
        _held = new bool[page.Keys.Count];
        _held.AsSpan().Fill(true);
        for (int member = 0; member < Services.Ring.Peers.Length; member++)
            Services.Ring.Peers[member].Vnodes[Partition].Tell(
                new ConfirmDeleted(MemberRequest.Id(Id, member), Epoch, page.Keys), Services.Actor);
    }

    private void OnConfirmed(DeletedConfirmed confirmed)
    {
        int member = MemberRequest.Member(confirmed.RequestId);
        bool isOwner = Services.Ring.Table.Owns(Partition, member);
        if (confirmed.HasHints || isOwner && confirmed.Held.Count != _held.Length) { Finish(ExchangeEnd.Settled); return; }
        if (isOwner)
            for (int key = 0; key < _held.Length; key++) _held[key] &= confirmed.Held[key];
        if (!_answered.Add(member) || _answered.Count < Services.Ring.Peers.Length) return;
        Drop();
        GoOn();
    }

    private void Drop()
    {
        var proven = _page.Keys.Where((_, key) => _held[key]).ToList();
        if (proven.Count == 0) return;
        foreach (ushort owner in Services.Ring.Owners(Partition))
            Services.Ring.Peers[owner].Vnodes[Partition].Tell(new DropDeleted(Epoch, proven), Services.Actor);
    }

    private void GoOn()
    {
        if (_page.Next.IsEmpty) Finish(ExchangeEnd.Settled);
        else List(_page.Next);
    }
}
