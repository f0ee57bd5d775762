using System.Diagnostics.CodeAnalysis;
using System.Text;
using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.Status;

/// <summary>What somebody typed to look a key up. In it %XX stands for a byte, and every other character for itself.</summary>
internal sealed class KeyForm() : QueryParameters(["bucket"])
{
    public string Key { get; private set; } = "";

    public string Bucket { get; private set; } = BucketName.Default;

    public bool IsEmpty => Key.Length == 0;

    /// <param name="encodedKey">As a form sends it: percent-encoded, and a plus is a blank.</param>
    public bool TryRead(ReadOnlySpan<char> query, ReadOnlySpan<char> encodedKey, [NotNullWhen(false)] out Problem? problem)
    {
        if (!TryDecode("key", encodedKey, out var key, out problem)) return false;
        Key = key;
        return TryRead(query, out problem);
    }

    public bool TryReadNames(int keyBytesMax, out string bucket, out byte[] key, [NotNullWhen(false)] out Problem? problem)
    {
        key = [];
        return ObjectNames.TryReadBucket(Encoded(Bucket), out bucket, out problem)
            && ObjectNames.TryReadKey(Encoded(Key), keyBytesMax, out key, out problem);
    }

    protected override Problem? TakeEncoded(string name, ReadOnlySpan<char> encoded)
    {
        if (TryDecode(name, encoded, out var bucket, out var problem) && bucket.Length > 0) Bucket = bucket;
        return problem;
    }

    protected override Problem? Take(string name, string value) => null;

    private static bool TryDecode(string field, ReadOnlySpan<char> encoded, out string text, [NotNullWhen(false)] out Problem? problem)
    {
        problem = PercentEncoding.TryDecodeText(encoded.ToString().Replace("+", "%20"), out text, out var position)
            ? null : RequestProblems.BrokenEncoding(field, position);
        return problem is null;
    }

    private static string Encoded(string typed)
    {
        var encoded = new StringBuilder(typed.Length);
        foreach (var one in Encoding.UTF8.GetBytes(typed))
            if (one is > 0x20 and < 0x7f) encoded.Append((char)one);
            else encoded.Append('%').Append(one.ToString("X2"));
        return encoded.ToString();
    }
}
