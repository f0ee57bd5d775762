using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Serving;

/// <summary>Whose certificate does not count gets no answer that says so: the log does, once in a while.</summary>
internal sealed class RefusedCertificates(TimeProvider time, ILogger log)
{
    private readonly SeldomTold _met = new(time);

    public void Tell(X509Certificate2 shown, string why)
    {
        if (_met.Happened(out var times))
            log.LogWarning("A client has shown a certificate of '{Subject}' by '{Issuer}', and was cut off: {Why}. {Times} were so far",
                shown.Subject, shown.Issuer, why, times);
    }
}
