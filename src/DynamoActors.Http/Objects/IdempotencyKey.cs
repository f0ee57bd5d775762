using System.IO.Hashing;
using System.Text;

namespace DynamoActors.Http.Objects;

/// <summary>What a client calls an addition, which counts once however often it is sent.</summary>
internal static class IdempotencyKey
{
    public const string Expected = "of 1 to 255 characters";

    private const int LengthMax = 255;

    public static bool TryRead(string text, out UInt128 key)
    {
        key = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text));
        return text.Length is > 0 and <= LengthMax;
    }
}
