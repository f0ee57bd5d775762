using System.CommandLine;
using System.Text;
using DynamoActors.Pbm.Asking;

namespace DynamoActors.Pbm.Commands;

/// <summary>How a command line names a key.</summary>
internal static class KeyOptions
{
    public static readonly Argument<string> Key = new("KEY")
    { Description = "The key, as text; with --encoded percent-encoded, as 'pbm list' prints it." };

    public static readonly Option<string> Bucket = new("--bucket", "-b")
    { Description = "The key's bucket.", DefaultValueFactory = _ => "default" };

    public static readonly Option<bool> Encoded = new("--encoded")
    { Description = "KEY is percent-encoded: for keys with bytes that cannot be typed." };

    /// <summary>For pages about a key.</summary>
    public static string Query(ParseResult parsed) =>
        $"key={Keys.ToQuery(parsed.GetRequiredValue(Key), parsed.GetValue(Encoded))}&bucket={BucketName(parsed.GetRequiredValue(Bucket))}";

    /// <summary>Of the object itself.</summary>
    public static string Path(ParseResult parsed) =>
        $"buckets/{BucketName(parsed.GetRequiredValue(Bucket))}/keys"
        + $"?key={Keys.ToQuery(parsed.GetRequiredValue(Key), parsed.GetValue(Encoded))}";

    public static string BucketName(string bucket) => bucket.Length > 0 ? Keys.Escape(Encoding.UTF8.GetBytes(bucket))
        : throw new PbmException(ExitCodes.Usage,
            "The bucket's name is empty. A name has 1 to 255 bytes; without --bucket it is 'default'.");
}
