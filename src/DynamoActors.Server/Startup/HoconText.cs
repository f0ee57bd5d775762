using Akka.Configuration;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Looks through a text before Akka's parser has it: that one takes a bracket that is never closed for closed, reads on without end where a
/// list holds what is no value, never gets out of a substitution that leads to itself, and ends the process where sections or a key go too
/// deep. It says of none where it stands.
/// </summary>
internal sealed class HoconText
{
    /// <summary>What may stand in a list without quotes, beside letters, digits and blanks. A point only within a word or number.</summary>
    private const string PlainInList = ",-_+/%()';~<>|.";

    /// <summary>What a key does not go on behind.</summary>
    private const string BetweenKeys = "\n,={}[]:";

    /// <summary>Brackets within each other, and parts of a key: a multiple of what any configuration has.</summary>
    private const int DepthMax = 50;

    private readonly string _text;
    private readonly Stack<(char Bracket, int Line)> _open = new();
    private int _at;
    private int _line = 1;
    private int _points;

    private HoconText(string text) => _text = text;

    private bool InList => _open.TryPeek(out var innermost) && innermost.Bracket == '[';

    /// <exception cref="ConfigurationException">It is no HOCON that can be read; the message says in which line.</exception>
    public static void Require(string text) => new HoconText(text).RequireSound();

    private void RequireSound()
    {
        while (_at < _text.Length)
        {
            if (Follows("#") || Follows("//")) SkipComment();
            else if (Follows("\"\"\"")) throw Wrong("\"\"\" begins a text of several lines, and no setting is one");
            else if (Follows("\"")) SkipQuoted();
            else RequireSound(_text[_at++]);
        }

        if (_open.TryPeek(out var open)) throw new ConfigurationException($"line {open.Line}: '{open.Bracket}' is never closed");
    }

    private void RequireSound(char one)
    {
        if (BetweenKeys.Contains(one)) _points = 0;
        if (one == '\n') _line++;
        else if (one is '{' or '[') Open(one);
        else if (one is '}' or ']') Close(one);
        else if (one == '$' && Follows("{")) throw Wrong("${…} is not filled in here; write the value itself, or give it with --set");
        else if (one == '.' && ++_points > DepthMax) throw Wrong($"a key has more than {DepthMax} parts");
        else if (InList && !MayStandInList(one)) throw Wrong($"'{one}' cannot stand in a list without quotes");
    }

    private void Open(char bracket)
    {
        if (_open.Count == DepthMax) throw Wrong($"more than {DepthMax} brackets are open at once");
        _open.Push((bracket, _line));
    }

    private void Close(char bracket)
    {
        if (!_open.TryPop(out var open)) throw Wrong($"'{bracket}' closes nothing");
        if ((open.Bracket == '[') != (bracket == ']'))
            throw Wrong($"'{bracket}' stands where the '{open.Bracket}' of line {open.Line} is to be closed");
    }

    private bool MayStandInList(char one) => one == '.'
        ? char.IsLetterOrDigit(_text[_at - 2])
        : char.IsLetterOrDigit(one) || char.IsWhiteSpace(one) || PlainInList.Contains(one);

    private void SkipComment()
    {
        while (_at < _text.Length && _text[_at] != '\n') _at++;
    }

    private void SkipQuoted()
    {
        for (_at++; !Follows("\""); _at++)
        {
            if (_at >= _text.Length || _text[_at] == '\n') throw Wrong("a quotation mark has none that closes it");
            // Whatever a backslash stands before belongs to the text.
            if (_text[_at] == '\\') _at++;
        }

        _at++;
    }

    private bool Follows(string expected) => _text.AsSpan(Math.Min(_at, _text.Length)).StartsWith(expected, StringComparison.Ordinal);

    private ConfigurationException Wrong(string what) => new($"line {_line}: {what}");
}
