using System.Globalization;

namespace Akka.Hosting;

/// <summary>Values as HOCON writes them.</summary>
internal static class HoconText
{
    public static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";

    public static string Quoted(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quoted))}]";

    /// <summary>A line for a setting that was given, nothing for one that was left to its default.</summary>
    public static string Line(string path, string? value) => value is null ? "" : $"{path} = {value}\n";
}
