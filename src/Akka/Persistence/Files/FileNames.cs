using System.Text;

namespace Akka.Embedded.Persistence;

/// <summary>Persistence ids as file names, and back to nothing: two ids never share a name, and no id leaves the directory.</summary>
internal static class FileNames
{
    public static string JournalOf(string persistenceId) => Escape(persistenceId) + ".journal";

    /// <summary>Letters, digits and _ stay; every other byte of its UTF-8 becomes %XX. So a '-' or '.' in a name is never part of an id.</summary>
    public static string Escape(string persistenceId)
    {
        var name = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(persistenceId))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b == '_') name.Append((char)b);
            else name.Append('%').Append(b.ToString("X2"));
        }
        return name.ToString();
    }
}
