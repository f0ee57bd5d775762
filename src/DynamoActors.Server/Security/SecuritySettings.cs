using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using DynamoActors.Core.Security;
using DynamoActors.Http.Security;
using DynamoActors.Links.Transport;
using DynamoActors.Node.Settings;

namespace DynamoActors.Server.Security;

internal enum Access
{
    /// <summary>Anyone who reaches it may everything: it listens to this machine alone.</summary>
    Local,

    /// <summary>Who asks has a token.</summary>
    Tokens,

    /// <summary>Anyone who reaches it may everything, on purpose.</summary>
    None,
}

/// <summary>How nodes know each other.</summary>
/// <param name="Links">With what the links ask for.</param>
/// <param name="WasTrusted">Whether a certificate is the cluster's, also one that has ended.</param>
internal sealed record ClusterTls(PeerTls Links, Func<X509Certificate2, bool> WasTrusted);

/// <summary>The section <c>dynamo.security</c> of the configuration.</summary>
/// <param name="Admin">Of the token that may everything; null without access control.</param>
/// <param name="Peers">How nodes know each other; null: not at all.</param>
/// <param name="Clients">What clients are shown over HTTPS and RESP; null: nothing is encrypted.</param>
/// <param name="Complaints">What is to be told of its files later on.</param>
internal sealed record SecuritySettings(Access Access, TokenHash? Admin, ClusterTls? Peers, ClientTls? Clients, Complaints Complaints)
{
    private const string AdminTokenFile = "dynamo.security.admin-token-file";
    private const string PeerCertificate = "dynamo.security.nodes.certificate";
    private const string PeerAuthority = "dynamo.security.nodes.authority";
    private const string ClientCertificate = "dynamo.security.clients.certificate";
    private const string ClientAuthority = "dynamo.security.clients.authority";
    private const string SecretFile = "dynamo.security.secret-file";
    private const string Revoked = "dynamo.security.revoked";

    public AccessControl? Control => Admin is { } admin ? new AccessControl(admin, TimeProvider.System) : null;

    /// <exception cref="SettingException">A value makes no sense, or a file cannot be read; the message names its key.</exception>
    public static SecuritySettings From(Config config)
    {
        var access = Setting.Choice<Access>(config, "dynamo.security.access");
        var complaints = new Complaints();
        var ofNodes = AuthoritiesIn(PeerAuthority, Text(config, "dynamo.security.nodes.authority"));
        var ofClients = AuthoritiesIn(ClientAuthority, Text(config, "dynamo.security.clients.authority"));
        var isRevoked = RevokedIn(config, [.. ofNodes, .. ofClients], complaints.Tell);
        return new SecuritySettings(
            access, access == Access.Tokens ? TokenHash.Of(
                SecretIn(AdminTokenFile, Text(config, "dynamo.security.admin-token-file"))) : null,
            PeersIn(config, ofNodes, isRevoked, complaints.Tell), ClientsIn(config, ofClients, isRevoked, complaints.Tell), complaints);
    }

    /// <summary>What would be open to strangers although nobody has said so on purpose; null: nothing.</summary>
    /// <param name="clients">Where clients are listened to, with the setting's name.</param>
    /// <param name="peers">Where other nodes are.</param>
    public string? Exposed(IEnumerable<(string Purpose, string Host)> clients, IEnumerable<(string Purpose, string Host)> peers)
    {
        if (Access == Access.None) return null;
        if (Access == Access.Local && clients.FirstOrDefault(one => !IsLocal(one.Host)) is { Host: not null } open)
            return $"{open.Host} ({open.Purpose}) can be reached from other machines, and anyone there could read and change everything. "
                + $"Set dynamo.security.access = tokens, and {AdminTokenFile} to a file with a token of at least {ClusterSecret.LengthMin} "
                + $"characters; or, where that is meant, dynamo.security.access = none.";
        if (Peers is null && peers.FirstOrDefault(one => !IsLocal(one.Host)) is { Host: not null } link)
            return $"{link.Host} ({link.Purpose}) can be reached from other machines, and whatever says there that it is a node would be "
                + $"given all data. Set {SecretFile} to a file with the same secret on all nodes, or {PeerCertificate}, key and "
                + $"authority; or, where that is meant, dynamo.security.access = none.";
        return null;
    }

    internal static bool IsLocal(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return IPAddress.IsLoopback(address);
        try
        {
            return Dns.GetHostAddresses(host).All(IPAddress.IsLoopback);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ClusterTls? PeersIn(
        Config config, X509Certificate2Collection roots, Func<X509Certificate2, bool> isRevoked, Action<string> complain)
    {
        var certificate = Text(config, "dynamo.security.nodes.certificate");
        var key = Text(config, "dynamo.security.nodes.key");
        var secretFile = Text(config, "dynamo.security.secret-file");
        if (certificate.Length > 0 != roots.Count > 0)
            throw new SettingException(certificate.Length > 0 ? PeerAuthority : PeerCertificate,
                $"{PeerCertificate} and {PeerAuthority} go together: give both, or neither.");
        if (certificate.Length > 0 && secretFile.Length > 0)
            throw new SettingException(SecretFile, $"{SecretFile} and {PeerCertificate} are two ways to the same: give one.");
        if (certificate.Length > 0)
        {
            var files = Read(PeerCertificate, () => CertificateFiles.Follow(certificate, key, TimeProvider.System, complain));
            return new ClusterTls(
                new PeerTls(() => files.Current, shown => IsOf(roots, shown, X509VerificationFlags.NoFlag, isRevoked))
                {
                    IsRevoked = isRevoked,
                },
                shown => IsOf(roots, shown, X509VerificationFlags.IgnoreNotTimeValid, static _ => false));
        }

        if (secretFile.Length == 0) return null;
        var own = ClusterSecret.CertificateOf(SecretIn(SecretFile, secretFile));
        var tls = new PeerTls(() => own, shown => ClusterSecret.HasKeyOf(own, shown));
        return new ClusterTls(tls, tls.Trusts);
    }

    private static ClientTls? ClientsIn(
        Config config, X509Certificate2Collection roots, Func<X509Certificate2, bool> isRevoked, Action<string> complain)
    {
        var certificate = Text(config, "dynamo.security.clients.certificate");
        var key = Text(config, "dynamo.security.clients.key");
        if (certificate.Length == 0 && roots.Count > 0)
            throw new SettingException(ClientCertificate,
                $"{ClientAuthority} says which clients' certificates count, and they are shown over TLS alone: set "
                + $"{ClientCertificate} too.");
        if (certificate.Length == 0) return null;
        var files = Read(ClientCertificate, () => CertificateFiles.Follow(certificate, key, TimeProvider.System, complain));
        return roots.Count == 0 ? new ClientTls(() => files.Current)
            : new ClientTls(() => files.Current, () => PolicyOf(roots)) { IsRevoked = isRevoked };
    }

    private static Func<X509Certificate2, bool> RevokedIn(
        Config config, X509Certificate2Collection authorities, Action<string> complain)
    {
        var file = Text(config, "dynamo.security.revoked");
        if (file.Length == 0) return static _ => false;
        if (authorities.Count == 0)
            throw new SettingException(Revoked, $"{Revoked} says which certificates of {PeerAuthority} or {ClientAuthority} no longer "
                + "count, and neither is set.");
        var followed = Read(Revoked, () => new FollowedFile<RevokedCertificates>(
            TimeProvider.System, complain, () => RevokedCertificates.Read(file, authorities), file));
        return shown => followed.Current.Has(shown);
    }

    /// <param name="file">Empty: there are none.</param>
    private static X509Certificate2Collection AuthoritiesIn(string key, string file) => file.Length == 0 ? [] : Read(key, () =>
    {
        var read = new X509Certificate2Collection();
        read.ImportFromPemFile(file);
        return read.Count > 0 ? read : throw new CryptographicException("there is no certificate in it");
    });

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private static bool IsOf(
        X509Certificate2Collection roots, X509Certificate2 shown, X509VerificationFlags flags, Func<X509Certificate2, bool> isRevoked)
    {
        using var chain = new X509Chain { ChainPolicy = PolicyOf(roots) };
        chain.ChainPolicy.VerificationFlags = flags;
        return chain.Build(shown) && !chain.ChainElements.Any(element => isRevoked(element.Certificate));
    }

    private static string SecretIn(string key, string file)
    {
        if (file.Length == 0)
            throw new SettingException(key, $"{key} is not set: give the path of a file with at least {ClusterSecret.LengthMin} "
                + "characters that nobody can guess, such as 'openssl rand -hex 32' writes.");
        var secret = Read(key, () => File.ReadAllText(file).Trim());
        // What is in the file goes into no message.
        if (secret.Length < ClusterSecret.LengthMin || secret.Length > TokenHash.TokenLengthMax || secret.Any(one => one is < '!' or > '~'))
            throw new SettingException(key, $"{key} names {file}, in which there are not {ClusterSecret.LengthMin} to "
                + $"{TokenHash.TokenLengthMax} characters of ASCII without blanks. 'openssl rand -hex 32' writes such.");
        return secret;
    }

    private static T Read<T>(string key, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingException(key, $"{key}: its file cannot be used: {e.Message}");
        }
    }

    private static string Text(Config config, string key) => config.GetString(key) ?? "";
}
