using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Walks through a configuration text and takes from it white space, comments, keys, texts and substitutions.</summary>
internal sealed class HoconScanner(HoconSource source)
{
    private const string NotInUnquotedText = "$\"{}[]:=,+#`^?!@*&\\";

    private readonly string _text = source.Text;
    private int _offset;

    public Origin Here => new(source, _offset);

    public bool AtEnd => _offset >= _text.Length;

    public bool AtValueEnd => AtEnd || Peek() is ',' or '}' or ']' or '\n' || AtComment;

    private bool AtComment => Peek() == '#' || Peek() == '/' && Peek(1) == '/';

    public char Peek(int ahead = 0) => _offset + ahead < _text.Length ? _text[_offset + ahead] : '\0';

    public void Skip(int count) => _offset += count;

    public void Take(char expected, string name)
    {
        if (AtEnd || Peek() != expected) throw Unexpected(name);
        _offset++;
    }

    public ConfigurationException Unexpected(string expected)
    {
        var found = AtEnd ? "the text ended" : Peek() switch
        {
            '\n' => "the line ended",
            var c => $"found '{c}'",
        };
        return Here.Error($"expected {expected}, but {found}");
    }

    public string TakeBlanks()
    {
        var start = _offset;
        SkipBlanks();
        return _text[start.._offset];
    }

    public void SkipBlanks()
    {
        while (!AtEnd && IsBlank(Peek())) _offset++;
    }

    /// <summary>Skips white space, new lines and comments. True if there was a new line among them.</summary>
    public bool SkipBlankLines()
    {
        var newLine = false;
        while (!AtEnd)
        {
            if (Peek() == '\n') newLine = true;
            else if (AtComment)
            {
                while (!AtEnd && Peek() != '\n') _offset++;
                continue;
            }
            else if (!IsBlank(Peek())) break;
            _offset++;
        }
        return newLine;
    }

    /// <summary>Takes a key up to its separator: parts divided by dots, each of unquoted or quoted text.</summary>
    public string[] TakeKey() => TakePath("a key", () => Peek() is '=' or ':' or '{' or '+');

    public string[] TakeSubstitution(out bool optional)
    {
        var start = Here;
        if (Peek(1) != '{') throw Here.Error("expected '{' after '$': write ${path}, or quote the text");
        _offset += 2;
        optional = Peek() == '?';
        if (optional) _offset++;
        SkipBlanks();
        var path = TakePath("a path in the substitution", () => Peek() == '}');
        // Only now: telling the place counts the lines before it, which for every substitution would make a long text slow.
        if (AtEnd || Peek() != '}') throw Unexpected($"'}}' to close the substitution opened at {start}");
        _offset++;
        return path;
    }

    public string TakeUnquoted(string expected)
    {
        var start = _offset;
        while (!AtEnd && !IsBlank(Peek()) && Peek() != '\n' && !AtComment && !NotInUnquotedText.Contains(Peek())) _offset++;
        if (_offset == start) throw Unexpected($"{expected} (text that contains any of {NotInUnquotedText} has to be quoted)");
        return _text[start.._offset];
    }

    public string TakeQuoted() => Peek(1) == '"' && Peek(2) == '"' ? TakeTripleQuoted() : TakeSingleQuoted();

    /// <summary>Takes <c>include "file"</c>, <c>include file("file")</c> or <c>include required(…)</c> if that is what stands here.</summary>
    public bool TryTakeInclude(out IncludeRequest request)
    {
        request = default!;
        var start = _offset;
        var origin = Here;
        if (!TryTakeWord("include") || !(IsBlank(Peek()) || Peek() == '"')) return Rewind(start);
        SkipBlanks();
        var required = TryTakeWord("required(");
        SkipBlanks();
        var called = TryTakeWord("file(");
        SkipBlanks();
        if (Peek() != '"')
        {
            if (!required && !called && Peek() is '=' or ':' or '{' or '.' or '+') return Rewind(start);
            throw Unexpected("a quoted file name: include \"file\", include file(\"file\") or include required(\"file\")");
        }
        var name = TakeQuoted();
        if (called) CloseParenthesis();
        if (required) CloseParenthesis();
        request = new IncludeRequest(name, required, origin, []);
        return true;

        void CloseParenthesis()
        {
            SkipBlanks();
            Take(')', "')' behind the name of the included file");
        }
    }

    private string[] TakePath(string expected, Func<bool> atEnd)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var empty = true;
        var origin = Here;
        while (true)
        {
            var blank = TakeBlanks();
            if (atEnd() || AtEnd || Peek() == '\n' || AtComment) break;
            if (!empty) part.Append(blank);
            if (Peek() == '"') part.Append(TakeQuoted());
            else AppendUnquoted();
            empty = false;
        }
        if (empty && parts.Count == 0) throw Unexpected(expected);
        Close();
        return [.. parts];

        void AppendUnquoted()
        {
            foreach (var c in TakeUnquoted(expected))
            {
                if (c == '.') Close();
                else part.Append(c);
                empty = c == '.';
            }
        }

        void Close()
        {
            if (empty) throw origin.Error("a path has an empty part: remove the dot, or quote the part as \"\"");
            parts.Add(part.ToString());
            part.Clear();
        }
    }

    private string TakeSingleQuoted()
    {
        var opened = Here;
        var result = new StringBuilder();
        for (_offset++; !AtEnd && Peek() != '\n'; _offset++)
        {
            if (Peek() == '"')
            {
                _offset++;
                return result.ToString();
            }
            result.Append(Peek() == '\\' ? TakeEscape() : Peek());
        }
        throw Unexpected($"a closing quote for the one opened at {opened}");
    }

    private char TakeEscape()
    {
        _offset++;
        switch (Peek())
        {
            case '"' or '\\' or '/': return Peek();
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _offset + 4 < _text.Length && ushort.TryParse(_text.AsSpan(_offset + 1, 4),
                System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code):
                _offset += 4;
                return (char)code;
            default: throw Unexpected("one of \" \\ / b f n r t, or u and four hexadecimal digits, after a backslash");
        }
    }

    private string TakeTripleQuoted()
    {
        var opened = Here;
        var start = _offset + 3;
        var end = _text.IndexOf("\"\"\"", start, StringComparison.Ordinal);
        if (end < 0)
        {
            _offset = _text.Length;
            throw Unexpected($"three closing quotes for those opened at {opened}");
        }
        // Quotes before the last three belong to the text.
        while (end + 3 < _text.Length && _text[end + 3] == '"') end++;
        _offset = end + 3;
        return _text[start..end];
    }

    private bool TryTakeWord(string word)
    {
        if (string.CompareOrdinal(_text, _offset, word, 0, word.Length) != 0) return false;
        _offset += word.Length;
        return true;
    }

    private bool Rewind(int offset)
    {
        _offset = offset;
        return false;
    }

    private static bool IsBlank(char c) => c != '\n' && (char.IsWhiteSpace(c) || c == '\uFEFF');
}
