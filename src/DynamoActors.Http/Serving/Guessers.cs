using Microsoft.Extensions.Logging;

namespace DynamoActors.Http.Serving;

/// <summary>Who sends one wrong token after another over a connection is cut off, and the log tells of it once in a while.</summary>
internal sealed class Guessers(TimeProvider time)
{
    /// <summary>So many in a row: more than a person mistypes, and than proxies carry of different clients over one connection.</summary>
    public const int WrongMost = 8;

    private readonly SeldomTold _met = new(time);

    public void Tell(string address, ILogger log)
    {
        if (_met.Happened(out var times))
            log.LogWarning(
                "{Address} gave {Count} tokens in a row that are none of this cluster, or were revoked or have ended, and is cut off. If "
                + "it is a client of yours, give it a token (pbm token create); else keep it from this port. {Times} were so far",
                address, WrongMost, times);
    }
}
