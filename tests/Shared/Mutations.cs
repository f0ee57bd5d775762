namespace DynamoActors.Tests.Shared;

/// <summary>
/// Inputs that are nearly sound: what others have sent, with bytes changed, cut out, doubled and put together. The same seed makes the same
/// ones; each day begins with another. A test tries them for a few seconds, or for as many as FUZZ_SECONDS says.
/// </summary>
internal static class Mutations
{
    private const double UsualSeconds = 3;

    /// <summary>What breaks things: ends of ranges, what separates, what has no end.</summary>
    private static readonly byte[][] _tokens =
    [
        [0], [0xff], [0x80], "\r\n"u8.ToArray(), "%"u8.ToArray(), "%00"u8.ToArray(), "%ff%fe"u8.ToArray(), "-1"u8.ToArray(),
        "2147483648"u8.ToArray(), "9223372036854775808"u8.ToArray(), "\""u8.ToArray(), "{[{["u8.ToArray(), "/../"u8.ToArray(),
        "+"u8.ToArray(), ":"u8.ToArray(), "*"u8.ToArray(), "$"u8.ToArray(), ","u8.ToArray(), "&"u8.ToArray(), "="u8.ToArray(),
    ];

    private static readonly TimeSpan _time = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out var seconds) ? seconds : UsualSeconds);

    /// <summary>Tries inputs until the time is over; one that fails is shown with its seed, in base64.</summary>
    public static void Try(byte[][] corpus, Action<byte[]> attempt)
    {
        var end = DateTime.UtcNow + _time;
        var first = DateOnly.FromDateTime(DateTime.UtcNow).DayNumber * 2_000;
        for (var seed = first; seed < first + 100 || DateTime.UtcNow < end; seed++)
        {
            var input = Make(corpus, new Random(seed));
            try
            {
                attempt(input);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}\n{Convert.ToBase64String(input)}", e);
            }
        }
    }

    private static byte[] Make(byte[][] corpus, Random random)
    {
        var bytes = corpus[random.Next(corpus.Length)].ToList();
        for (var change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, _tokens[random.Next(_tokens.Length)]);
                    break;
                default:
                    var other = corpus[random.Next(corpus.Length)];
                    bytes.InsertRange(at, other[random.Next(other.Length)..]);
                    break;
            }
        }

        return [.. bytes];
    }
}
