using System.Text;

namespace DynamoActors.Storage.Tests;

/// <summary>Bytes for tests, written as text.</summary>
internal static class Keys
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);

    public static long Put(this IStorageEngine engine, string key, string value) =>
        engine.Append(new WriteBatch().Put(Bytes(key), Bytes(value)));

    public static long Delete(this IStorageEngine engine, string key) => engine.Append(new WriteBatch().Delete(Bytes(key)));

    /// <summary>The value as text, null where the key is absent.</summary>
    public static string? Get(this IStorageEngine engine, string key) =>
        engine.TryGet(Bytes(key), out var value) ? Text(value) : null;

    /// <summary>All entries in [from, to) as "key=value".</summary>
    public static List<string> List(this IStorageEngine engine, string from = "", string? to = null)
    {
        using var scan = engine.Scan(Bytes(from), to is null ? (ReadOnlyMemory<byte>?)null : Bytes(to));
        return Drain(scan);
    }

    public static List<string> Drain(this IStorageIterator scan)
    {
        var found = new List<string>();
        while (scan.MoveNext())
            found.Add($"{Text(scan.Key)}={Text(scan.Value)}");
        return found;
    }
}
