using Akka.Actor;
using DynamoActors.Node.Local;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Membership;

/// <summary>Whether this data directory may make dots under the identity that it has.</summary>
internal sealed partial class Members
{
    /// <summary>Greetings take milliseconds where anybody is there.</summary>
    private static readonly TimeSpan _identityPatience = TimeSpan.FromSeconds(2);

    private readonly IdentityCheck _identity = new(_identityPatience);
    private readonly Acquaintance _acquaintance = new(_identityPatience);
    private bool _isRenewing;

    private IReadOnlyCollection<string> OtherRingMembers =>
        _state.Ring is { } ring ? [.. ring.Members.Select(member => member.Name).Where(name => name != _settings.Name)] : [];

    private IReadOnlyList<string> NotMet() =>
        _state.Ring is null ? [] : _acquaintance.NotMet(OtherRingMembers, _met.ContainsKey, Now);

    private void AskIdentity()
    {
        if (_services.Identity.Confirmed || _services.Dots.IsFresh) return;
        foreach (var member in Up)
            if (!_identity.HasTold(member.Greeting.Name)) KeeperOfMembers(member).Tell(new AskIdentity(_services.Dots.Actor), Self);
    }

    private void OnIdentityTold(IdentityTold told)
    {
        if (told.Actor != _services.Dots.Actor || Sender is not PeerActor { Peer: var name }) return;
        // Before the first dot of this life, an older one's leases are all that anybody can have seen used.
        ulong known = _services.Identity.Confirmed ? _services.Dots.LeasedUpTo : _services.Dots.InheritedUpTo;
        if (told.Own == told.Actor || told.Seen > known) Renew(
            "Peers have seen writes that this data directory does not know it made (was it restored from a copy?)");
        else if (told.Newest > _services.Dots.InheritedNewest && told.Newest < _services.Dots.InheritedUpTo) Renew(
            "Peers hold writes that this data directory made and has not: its last ones before a crash, or it was put back from a copy");
        else _identity.Told(name);
        ConfirmIdentity();
    }

    private void ConfirmIdentity()
    {
        if (_services.Identity.Confirmed || _state.Ring is null || _isRenewing) return;
        // One patience is for both: who cannot be met cannot be asked either.
        var verdict = _identity.Decide(_services.Dots.IsFresh, OtherRingMembers, Now);
        if (NotMet().Count > 0) return;
        switch (verdict)
        {
            case IdentityVerdict.Confirmed:
                _services.Identity.Confirmed = true;
                Publish();
                break;
            case IdentityVerdict.TakeFresh:
                Renew(OtherRingMembers.Count == 0
                    ? "There is no other node that could tell whether this data directory's last writes are known to it"
                    : "Too few of the ring's other nodes can be asked whether this data directory's last writes are known to it");
                break;
        }
    }

    private void Renew(string reason)
    {
        if (_isRenewing) return;
        _isRenewing = true;
        _services.Identity.Confirmed = false;
        _services.Store.Tell(new RenewIdentity(_services.Dots.Actor, reason));
    }

    private void OnIdentityRenewed()
    {
        _isRenewing = false;
        _identity.Forget();
        ConfirmIdentity();
        Publish();
    }
}
