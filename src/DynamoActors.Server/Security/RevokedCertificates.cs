using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DynamoActors.Server.Security;

/// <summary>
/// The certificates that their authorities have taken back: lists as RFC 5280 has them, one in DER or several in PEM. A list counts for as
/// long as it lies there, also past the time at which the next one was promised: it can only take away.
/// </summary>
internal sealed class RevokedCertificates
{
    private const string Label = "X509 CRL";

    private static readonly FrozenDictionary<string, (HashAlgorithmName Hash, bool IsRsa)> _signatures =
        new Dictionary<string, (HashAlgorithmName, bool)>
        {
            ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, false),
            ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, false),
            ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, false),
            ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, true),
            ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, true),
            ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, true),
        }.ToFrozenDictionary();

    private readonly FrozenSet<(string Issuer, string Serial)> _all;

    private RevokedCertificates(IEnumerable<(string, string)> all) => _all = all.ToFrozenSet();

    public int Count => _all.Count;

    /// <param name="authorities">One of them has to have signed each list.</param>
    /// <exception cref="CryptographicException">The file is no list, or is nobody's whom this node trusts.</exception>
    public static RevokedCertificates Read(string file, X509Certificate2Collection authorities)
    {
        try
        {
            return new RevokedCertificates(ListsIn(File.ReadAllBytes(file)).SelectMany(list => Read(list, authorities)));
        }
        catch (Exception e) when (e is AsnContentException or FormatException)
        {
            throw new CryptographicException($"{file} is no list of revoked certificates in PEM or DER. {e.Message}", e);
        }
    }

    public bool Has(X509Certificate2 certificate) =>
        _all.Count > 0 && _all.Contains((certificate.IssuerName.Name, certificate.SerialNumber.TrimStart('0')));

    private static List<byte[]> ListsIn(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes).AsSpan();
        var lists = new List<byte[]>();
        while (PemEncoding.TryFind(text, out var found))
        {
            if (text[found.Label] is not Label)
                throw new FormatException($"It holds a '{text[found.Label]}', where '{Label}' is wanted.");
            lists.Add(Convert.FromBase64String(text[found.Base64Data].ToString()));
            text = text[found.Location.End..];
        }

        return lists.Count > 0 ? lists : [bytes];
    }

    private static List<(string, string)> Read(byte[] bytes, X509Certificate2Collection authorities)
    {
        var whole = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
        var signed = whole.PeekEncodedValue();
        var list = whole.ReadSequence();
        var algorithm = whole.ReadSequence().ReadObjectIdentifier();
        var signature = whole.ReadBitString(out _);
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) list.ReadInteger();
        list.ReadSequence();
        var issuer = new X500DistinguishedName(list.ReadEncodedValue().Span);
        if (!authorities.Any(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(issuer.RawData)
            && HasSigned(authority, signed.Span, algorithm, signature)))
            throw new CryptographicException($"the list of '{issuer.Name}' is not signed by an authority that this node knows");
        // When it was made, and when the next one will be.
        while (list.HasData && !list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) && list.PeekTag().TagClass == TagClass.Universal)
            list.ReadEncodedValue();
        var revoked = new List<(string, string)>();
        if (!list.HasData || !list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return revoked;
        for (var entries = list.ReadSequence(); entries.HasData;)
            revoked.Add((issuer.Name, Convert.ToHexString(entries.ReadSequence().ReadIntegerBytes().Span).TrimStart('0')));
        return revoked;
    }

    private static bool HasSigned(X509Certificate2 authority, ReadOnlySpan<byte> signed, string algorithm, byte[] signature)
    {
        if (!_signatures.TryGetValue(algorithm, out var known))
            throw new CryptographicException($"a list is signed by an algorithm ({algorithm}) that is none of ECDSA and RSA with SHA-2");
        using var rsa = known.IsRsa ? authority.GetRSAPublicKey() : null;
        using var ecdsa = known.IsRsa ? null : authority.GetECDsaPublicKey();
        return rsa?.VerifyData(signed, signature, known.Hash, RSASignaturePadding.Pkcs1)
            ?? ecdsa?.VerifyData(signed, signature, known.Hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
    }
}
