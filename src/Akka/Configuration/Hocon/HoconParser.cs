namespace Akka.Configuration.Hocon;

/// <summary>
/// Reads HOCON by recursive descent, one character of lookahead: objects, arrays, keys and includes here, texts in
/// <see cref="HoconScanner"/>, what substitutions stand for in <see cref="SubstitutionResolver"/>.
/// </summary>
internal sealed class HoconParser
{
    private const int DepthMax = 200;

    private readonly HoconScanner _scanner;
    private readonly IncludeReader _include;
    private readonly string[] _includedAt;
    private string[] _path;
    private int _depth;

    private HoconParser(HoconSource source, IncludeReader include, string[] includedAt)
    {
        _scanner = new HoconScanner(source);
        _include = include;
        _includedAt = includedAt;
        _path = includedAt;
    }

    /// <param name="source">The text.</param>
    /// <param name="include">Reads what the text includes.</param>
    /// <param name="includedAt">The path at which the text itself is included; empty for the outermost.</param>
    public static ObjectSyntax Parse(HoconSource source, IncludeReader include, string[] includedAt) =>
        new HoconParser(source, include, includedAt).ParseRoot();

    private ObjectSyntax ParseRoot()
    {
        _scanner.SkipBlankLines();
        var braced = _scanner.Peek() == '{';
        ObjectSyntax root;
        if (braced) root = ParseObject();
        else
        {
            root = new ObjectSyntax(_scanner.Here);
            ParseFields(root, closing: '\0');
        }
        _scanner.SkipBlankLines();
        if (!_scanner.AtEnd) throw _scanner.Unexpected(braced ? "the end of the text after the closing brace" : "a key");
        return root;
    }

    private ObjectSyntax ParseObject()
    {
        var opened = _scanner.Here;
        Descend();
        _scanner.Take('{', "an opening brace");
        var result = new ObjectSyntax(opened);
        ParseFields(result, closing: '}');
        if (_scanner.AtEnd) throw _scanner.Unexpected($"a closing brace for the one opened at {opened}");
        _scanner.Take('}', "a closing brace");
        _depth--;
        return result;
    }

    private void ParseFields(ObjectSyntax target, char closing)
    {
        while (true)
        {
            _scanner.SkipBlankLines();
            if (_scanner.AtEnd || closing != '\0' && _scanner.Peek() == closing) return;
            if (_scanner.TryTakeInclude(out var request)) target.Merge(_include(request with { At = _path }));
            else ParseField(target);
            if (!TakeSeparator(closing)) return;
        }
    }

    private void ParseField(ObjectSyntax target)
    {
        var origin = _scanner.Here;
        var key = _scanner.TakeKey();
        var outer = _path;
        _path = [.. outer, .. key];
        _scanner.SkipBlankLines();
        var next = _scanner.Peek();
        if (next == '{') target.Put(key, ParseValue());
        else if (next == '+' && _scanner.Peek(1) == '=')
        {
            _scanner.Skip(2);
            _scanner.SkipBlankLines();
            var element = new ArraySyntax(_scanner.Here, [ParseValue()]);
            // Appending means: what was there before, if anything, and this element behind it.
            var before = new SubstitutionSyntax(origin, _path[_includedAt.Length..], optional: true, _includedAt);
            target.Put(key, new ConcatenationSyntax(origin, [before, element]));
        }
        else
        {
            if (next is not ('=' or ':')) throw _scanner.Unexpected($"'=', ':', '+=' or '{{' after the key {HoconPath.Render(key)}");
            _scanner.Skip(1);
            _scanner.SkipBlankLines();
            target.Put(key, ParseValue());
        }
        _path = outer;
    }

    private bool TakeSeparator(char closing)
    {
        _scanner.SkipBlanks();
        var newLine = _scanner.SkipBlankLines();
        if (_scanner.Peek() == ',' && !_scanner.AtEnd)
        {
            _scanner.Skip(1);
            return true;
        }
        if (_scanner.AtEnd || _scanner.Peek() == closing) return false;
        if (!newLine) throw _scanner.Unexpected("a comma or a new line between two entries");
        return true;
    }

    private Syntax ParseValue()
    {
        var origin = _scanner.Here;
        var parts = new List<Syntax>();
        while (true)
        {
            var blank = _scanner.TakeBlanks();
            if (_scanner.AtValueEnd) break;
            // White space between two parts belongs to the text; before the first and after the last it does not.
            if (parts.Count > 0 && blank.Length > 0) parts.Add(new TextSyntax(_scanner.Here, blank, quoted: true, isBlank: true));
            parts.Add(ParsePart());
        }
        return parts.Count switch
        {
            0 => throw _scanner.Unexpected($"a value for {HoconPath.Render(_path)}"),
            1 => parts[0],
            _ => new ConcatenationSyntax(origin, parts),
        };
    }

    private Syntax ParsePart()
    {
        var origin = _scanner.Here;
        switch (_scanner.Peek())
        {
            case '{': return ParseObject();
            case '[': return ParseArray();
            case '"': return new TextSyntax(origin, _scanner.TakeQuoted(), quoted: true);
            case '$':
                var path = _scanner.TakeSubstitution(out var optional);
                return new SubstitutionSyntax(origin, path, optional, _includedAt);
            default: return new TextSyntax(origin, _scanner.TakeUnquoted("a value"), quoted: false);
        }
    }

    private ArraySyntax ParseArray()
    {
        var opened = _scanner.Here;
        Descend();
        _scanner.Take('[', "an opening bracket");
        var items = new List<Syntax>();
        while (true)
        {
            _scanner.SkipBlankLines();
            if (_scanner.AtEnd || _scanner.Peek() == ']') break;
            items.Add(ParseValue());
            if (!TakeSeparator(']')) break;
        }
        if (_scanner.AtEnd) throw _scanner.Unexpected($"a closing bracket for the one opened at {opened}");
        _scanner.Take(']', "a closing bracket");
        _depth--;
        return new ArraySyntax(opened, items);
    }

    private void Descend()
    {
        // A bound instead of an exhausted stack, which no caller could catch.
        if (++_depth > DepthMax) throw _scanner.Here.Error($"objects and arrays are nested more than {DepthMax} deep");
    }
}
