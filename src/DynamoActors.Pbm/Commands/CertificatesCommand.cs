using System.CommandLine;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DynamoActors.Pbm.Showing;
using Spectre.Console;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm certificates</c>: an authority of the cluster's own, a certificate for each node and client, and the list of those that
/// count no longer, for trying things out and for clusters that have no better authority.</summary>
internal static class CertificatesCommand
{
    private const string Authority = "authority";
    private const string Revoked = "revoked.crl";

    private static readonly Argument<string[]> _nodes = new("HOST")
    {
        Description = "Under which a node is reached, a name or an address; several with commas between them for one node.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> _to = new("--to")
    { Description = "The directory to write to. An authority that is there already signs.", DefaultValueFactory = _ => "certificates" };

    private static readonly Argument<string[]> _revoked = new("CERTIFICATE")
    {
        Description = "A file in PEM, or the name of one in the directory.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> _days = new("--days")
    { Description = "That nodes' certificates are good for; the authority for ten times as many.", DefaultValueFactory = _ => 365 };

    public static Command Create(PbmCommands all)
    {
        var create = new Command("create", "Make an authority, and a certificate and key in PEM for each node.") { _nodes, _to, _days };
        create.SetAction(parsed =>
        {
            var reply = Make(parsed, all.Environment.Time.GetUtcNow());
            reply.Write(all.Environment, all.IsJson(parsed));
            return reply.ExitCode;
        });
        var revoke = new Command("revoke", "Put certificates on the list of those that the authority has taken back.") { _revoked, _to };
        revoke.SetAction(parsed =>
        {
            var reply = Revoke(parsed, all.Environment.Time.GetUtcNow());
            reply.Write(all.Environment, all.IsJson(parsed));
            return reply.ExitCode;
        });
        return new Command("certificates", "Certificates for nodes and their clients.") { create, revoke };
    }

    private static Reply Revoke(ParseResult parsed, DateTimeOffset now)
    {
        var directory = parsed.GetRequiredValue(_to);
        try
        {
            var authority = Path.Combine(directory, $"{Authority}.pem");
            using var signer = X509Certificate2.CreateFromPemFile(authority, KeyFileOf(directory, Authority));
            var path = Path.Combine(directory, Revoked);
            var (list, number) = (new CertificateRevocationListBuilder(), BigInteger.Zero);
            if (File.Exists(path)) list = CertificateRevocationListBuilder.LoadPem(File.ReadAllText(path), out number);
            var taken = new JsonArray();
            foreach (var name in parsed.GetRequiredValue(_revoked))
            {
                var file = File.Exists(name) ? name : Path.Combine(directory, $"{name}.pem");
                using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
                if (!HasSigned(signer, certificate))
                    throw new PbmException(ExitCodes.Refused,
                        $"{file} is not of the authority {authority}, but of '{certificate.Issuer}'. Nothing was changed.");
                list.RemoveEntry(certificate.SerialNumberBytes.Span);
                list.AddEntry(certificate, now);
                taken.Add(new JsonObject { ["subject"] = certificate.Subject, ["serial"] = certificate.SerialNumber });
            }

            WriteList(path, list, signer, number + 1, now);
            return new Reply(new JsonObject { ["list"] = path, ["revoked"] = taken }, console =>
            {
                foreach (var one in taken) console.WriteLine($"{one!["subject"]} ({one["serial"]}) is revoked.");
                console.WriteLine($"{path}: copy it to every node, where dynamo.security.revoked names it.");
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new PbmException(ExitCodes.Refused, $"{directory}: {e.Message} Nothing was changed.");
        }
    }

    private static Reply Make(ParseResult parsed, DateTimeOffset now)
    {
        var directory = parsed.GetRequiredValue(_to);
        var days = parsed.GetValue(_days);
        if (days is < 1 or > 3650) throw new PbmException(ExitCodes.Usage, "--days is a number from 1 to 3650. Nothing was written.");
        try
        {
            Directory.CreateDirectory(directory);
            var authority = Path.Combine(directory, $"{Authority}.pem");
            using var signer = File.Exists(authority)
                ? X509Certificate2.CreateFromPemFile(authority, KeyFileOf(directory, Authority)) : NewAuthority(directory, now, days);
            // Nobody is on it yet: nodes that are given it from the beginning need no restart on the day that somebody is.
            var revoked = Path.Combine(directory, Revoked);
            if (!File.Exists(revoked)) WriteList(revoked, new CertificateRevocationListBuilder(), signer, 1, now);
            var made = new JsonArray();
            foreach (var hosts in parsed.GetRequiredValue(_nodes))
            {
                var name = hosts.Split(',')[0];
                Sign(signer, directory, name, hosts.Split(','), now, days);
                made.Add((JsonNode)Path.Combine(directory, $"{name}.pem"));
            }

            return new Reply(new JsonObject { ["authority"] = authority, ["certificates"] = made }, console =>
            {
                console.WriteLine(
                    $"{authority}: give it to every node and client. Its key, beside it, stays where nobody else can read it.");
                foreach (var file in made) console.WriteLine($"{file}, with its key beside it: for that node or client alone.");
                console.WriteLine($"{revoked}: give it to every node (dynamo.security.revoked); nobody is on it yet.");
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new PbmException(ExitCodes.Refused, $"{directory}: {e.Message}");
        }
    }

    private static void WriteList(
        string path, CertificateRevocationListBuilder list, X509Certificate2 signer, BigInteger number, DateTimeOffset now)
    {
        // Overdue when the authority itself has ended: nobody has to make it again before.
        var made = list.Build(signer, number, signer.NotAfter, HashAlgorithmName.SHA256, thisUpdate: now);
        var unfinished = path + ".tmp";
        File.WriteAllText(unfinished, PemEncoding.WriteString("X509 CRL", made) + "\n");
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Authorities that this command made once all had the same name.</summary>
    private static bool HasSigned(X509Certificate2 authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    }

    private static X509Certificate2 NewAuthority(string directory, DateTimeOffset now, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // A name of its own: programs look for who has signed by name.
        var own = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var request = new CertificateRequest($"CN=DynamoActors cluster authority {own}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(10 * days));
        Write(directory, Authority, made, key);
        return made;
    }

    private static void Sign(X509Certificate2 signer, string directory, string name, string[] hosts, DateTimeOffset now, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        // Of servers, and of clients: a node is both.
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var ends = now.AddDays(days) < signer.NotAfter ? now.AddDays(days) : signer.NotAfter;
        using var made = request.Create(signer, now.AddHours(-1), ends, RandomNumberGenerator.GetBytes(16));
        Write(directory, name, made, key);
    }

    private static void Write(string directory, string name, X509Certificate2 certificate, ECDsa key)
    {
        File.WriteAllText(Path.Combine(directory, $"{name}.pem"), certificate.ExportCertificatePem() + "\n");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(KeyFileOf(directory, name), options);
        file.WriteLine(key.ExportPkcs8PrivateKeyPem());
    }

    private static string KeyFileOf(string directory, string name) => Path.Combine(directory, $"{name}.key");
}
