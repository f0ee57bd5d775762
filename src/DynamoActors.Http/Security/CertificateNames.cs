using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace DynamoActors.Http.Security;

/// <summary>By what a certificate's owner may be named: its subject, and then what stands beside that.</summary>
internal static class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private const int Mail = 1, Dns = 2, Address = 6;

    /// <summary>The subject as in <c>CN=shop, O=Example</c>; mail addresses, hosts and URIs as they stand there.</summary>
    public static IEnumerable<string> Of(X509Certificate2 certificate) =>
        [certificate.Subject, .. certificate.Extensions.Where(one => one.Oid?.Value == AlternativeNames).SelectMany(InExtension)];

    private static List<string> InExtension(X509Extension extension)
    {
        var names = new List<string>();
        try
        {
            var all = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (all.HasData)
            {
                var tag = all.PeekTag();
                if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue is Mail or Dns or Address)
                    names.Add(all.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                else all.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            // A name that cannot be read is nobody's.
        }

        return names;
    }
}
