using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>A setting's path, <c>akka.actor."my.key"</c>, as its parts.</summary>
internal static class HoconPath
{
    /// <summary>The parts of <paramref name="path"/>. Dots inside quotes separate nothing.</summary>
    public static string[] Split(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.Contains('"')) return path.Split('.');
        var parts = new List<string>();
        var part = new StringBuilder();
        var quoted = false;
        foreach (var c in path)
        {
            if (c == '"') quoted = !quoted;
            else if (c == '.' && !quoted) Close();
            else part.Append(c);
        }
        if (quoted) throw new ConfigurationException($"the path {path} has a quote that is never closed: add the closing quote");
        Close();
        return [.. parts];

        void Close()
        {
            parts.Add(part.ToString());
            part.Clear();
        }
    }

    public static string Render(IEnumerable<string> parts) =>
        string.Join('.', parts.Select(part => part.Length == 0 || part.AsSpan().ContainsAny(".\" :={}[],") ? $"\"{part}\"" : part));
}
