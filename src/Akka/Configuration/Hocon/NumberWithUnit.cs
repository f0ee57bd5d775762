namespace Akka.Configuration.Hocon;

/// <summary>Divides "10 seconds" or "16KiB" into the number and the unit.</summary>
internal static class NumberWithUnit
{
    public static (string Number, string Unit) Split(string text)
    {
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1])) end--;
        return (text[..end].TrimEnd(), text[end..]);
    }
}
