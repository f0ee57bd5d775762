namespace DynamoActors.Pbm.Shell;

/// <summary>A line that is being typed: keys in, text and cursor out. What lies before it in the history comes back with the
/// arrows.</summary>
/// <param name="history">Oldest first.</param>
/// <param name="complete">What may stand at the end of a text, whole words.</param>
internal sealed class EditedLine(IReadOnlyList<string> history, Func<string, IReadOnlyList<string>> complete)
{
    private int _at = history.Count;
    private string _unfinished = "";

    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    /// <summary>What might come next, after a tab that several words answer.</summary>
    public IReadOnlyList<string> Choices { get; private set; } = [];

    public LineEnd End { get; private set; }

    /// <summary>What is shown of the text, and the cursor in it, where a row has so many columns.</summary>
    public (string Text, int Cursor) In(int columns)
    {
        // The cursor may stand behind the last character.
        var from = Math.Max(0, Cursor + 1 - Math.Max(1, columns));
        return (Text.Substring(from, Math.Min(Text.Length - from, Math.Max(1, columns) - 1)), Cursor - from);
    }

    public void Press(ConsoleKeyInfo key)
    {
        Choices = [];
        var isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter: End = LineEnd.Entered; break;
            case ConsoleKey.C when isControl: Set("", 0); End = LineEnd.Dropped; break;
            case ConsoleKey.D when isControl && Text.Length == 0: End = LineEnd.Left; break;
            case ConsoleKey.A when isControl:
            case ConsoleKey.Home: Cursor = 0; break;
            case ConsoleKey.E when isControl:
            case ConsoleKey.End: Cursor = Text.Length; break;
            case ConsoleKey.U when isControl: Set(Text[Cursor..], 0); break;
            case ConsoleKey.K when isControl: Set(Text[..Cursor], Cursor); break;
            case ConsoleKey.LeftArrow: Cursor = Math.Max(0, Cursor - 1); break;
            case ConsoleKey.RightArrow: Cursor = Math.Min(Text.Length, Cursor + 1); break;
            case ConsoleKey.UpArrow: Recall(_at - 1); break;
            case ConsoleKey.DownArrow: Recall(_at + 1); break;
            case ConsoleKey.Backspace when Cursor > 0: Set(Text.Remove(Cursor - 1, 1), Cursor - 1); break;
            case ConsoleKey.Delete when Cursor < Text.Length: Set(Text.Remove(Cursor, 1), Cursor); break;
            case ConsoleKey.Tab: Complete(); break;
            default:
                if (!char.IsControl(key.KeyChar)) Set(Text.Insert(Cursor, key.KeyChar.ToString()), Cursor + 1);
                break;
        }
    }

    private void Recall(int at)
    {
        if (at < 0 || at > history.Count) return;
        if (_at == history.Count) _unfinished = Text;
        _at = at;
        var recalled = at == history.Count ? _unfinished : history[at];
        Set(recalled, recalled.Length);
    }

    private void Complete()
    {
        var before = Text[..Cursor];
        var word = before[(before.LastIndexOf(' ') + 1)..];
        string[] found = [.. complete(before).Where(one => one.StartsWith(word, StringComparison.Ordinal)).Distinct()
            .Order(StringComparer.Ordinal)];
        if (found.Length == 0) return;
        var common = found.Length == 1 ? found[0] + " " : found.Aggregate(CommonStart);
        if (common.Length > word.Length) Set(before[..^word.Length] + common + Text[Cursor..], Cursor - word.Length + common.Length);
        else Choices = found;
    }

    private static string CommonStart(string one, string other)
    {
        var length = 0;
        while (length < one.Length && length < other.Length && one[length] == other[length]) length++;
        return one[..length];
    }

    private void Set(string text, int cursor) => (Text, Cursor) = (text, cursor);
}

internal enum LineEnd
{
    /// <summary>It is still being typed.</summary>
    None,
    Entered,
    /// <summary>Given up; the next line begins.</summary>
    Dropped,
    /// <summary>The shell is left.</summary>
    Left,
}
