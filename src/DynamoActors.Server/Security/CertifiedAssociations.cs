using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;
using Akka.Event;
using Akka.Remote.Transport;
using DynamoActors.Links.Transport;

namespace DynamoActors.Server.Security;

/// <summary>
/// Which certificate was shown on which of Akka.Remote's connections: one whose certificate was revoked since then is ended. Akka itself
/// asks for it once, at the beginning. Any thread may call.
/// </summary>
internal sealed class CertifiedAssociations(Func<X509Certificate2, bool> isRevoked) : Setup
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Connection> _all = new(StringComparer.Ordinal);

    /// <param name="peer">The other end, as Akka names it while it judges certificates.</param>
    public void Shown(string peer, X509Certificate2 certificate)
    {
        // The connection that has brought it takes its own along when it ends.
        var copy = X509CertificateLoader.LoadCertificate(certificate.RawData);
        lock (_gate) _all[peer] = Of(peer) with { Shown = copy };
    }

    /// <summary>May be told before or after <see cref="Shown"/>.</summary>
    public void Began(string peer, AssociationHandle association)
    {
        // Nobody says when one has ended: then nobody else holds it.
        lock (_gate) _all[peer] = Of(peer) with { Association = new WeakReference<AssociationHandle>(association) };
    }

    public bool IsRevoked(string peer)
    {
        lock (_gate) return Of(peer).Shown is { } shown && isRevoked(shown);
    }

    public void EndRevoked(ILoggingAdapter log)
    {
        List<AssociationHandle> revoked = [];
        lock (_gate)
        {
            foreach (var (peer, one) in _all)
            {
                if (one.Association is not { } weak) continue;
                if (!weak.TryGetTarget(out var association)) _all.Remove(peer);
                else if (one.Shown is { } shown && isRevoked(shown))
                {
                    revoked.Add(association);
                    _all.Remove(peer);
                }
            }
        }

        foreach (var association in revoked) association.Disassociate(PeerTls.Revoked, log);
    }

    private Connection Of(string peer) => _all.GetValueOrDefault(peer) ?? new Connection(null, null);

    private sealed record Connection(X509Certificate2? Shown, WeakReference<AssociationHandle>? Association);
}
