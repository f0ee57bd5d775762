using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DynamoActors.Core.Buckets;

/// <summary>
/// What may be a bucket's name: 1 to 255 bytes of UTF-8 without control characters, and not <c>.</c> or <c>..</c>, which URLs swallow.
/// </summary>
public static class BucketName
{
    public const string Default = "default";
    public const int BytesMax = 255;

    /// <summary>False with a sentence for the client where the name may not be.</summary>
    public static bool TryValidate(string name, [NotNullWhen(false)] out string? error)
    {
        error = Fault(name);
        return error is null;
    }

    private static string? Fault(string name)
    {
        if (name.Length == 0)
            return "A bucket's name may not be empty.";
        if (name is "." or "..")
            return $"A bucket may not be named '{name}': URLs give that another meaning.";
        foreach (var character in name.EnumerateRunes())
            if (Rune.IsControl(character) || character == Rune.ReplacementChar)
                return "A bucket's name may not hold control characters or malformed text.";
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes > BytesMax ? $"A bucket's name may have {BytesMax} bytes in UTF-8; this has {bytes}." : null;
    }
}
