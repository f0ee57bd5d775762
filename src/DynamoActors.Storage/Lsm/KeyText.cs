namespace DynamoActors.Storage.Lsm;

/// <summary>Keys in messages: hexadecimal, the long ones cut.</summary>
internal static class KeyText
{
    private const int BytesShown = 24;

    public static string Of(ReadOnlySpan<byte> key) => key.Length <= BytesShown
        ? Convert.ToHexString(key)
        : $"{Convert.ToHexString(key[..BytesShown])}… ({key.Length} bytes)";
}
