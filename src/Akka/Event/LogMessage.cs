using System.Globalization;
using System.Text;

namespace Akka.Event;

/// <summary>Turns a template and its arguments into text.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}

/// <summary>
/// Templates with numbers (<c>{0}</c>, with alignment and format as in string.Format) or with names (<c>{Key}</c>), which take
/// the arguments in order. A template that does not fit its arguments is written as it is, with the arguments behind it.
/// </summary>
public sealed class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    public string Format(string format, params object[] args)
    {
        if (args.Length == 0)
            return format;
        try
        {
            return string.Format(CultureInfo.InvariantCulture, Numbered(format), args);
        }
        catch (FormatException)
        {
            return $"{format} [{string.Join(", ", args)}]";
        }
    }

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());

    /// <summary>The template with each distinct name replaced by the number of its first place.</summary>
    private static string Numbered(string format)
    {
        var text = new StringBuilder(format.Length);
        var names = new List<string>();
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            text.Append(c);
            if (c is not ('{' or '}') || i + 1 == format.Length)
                continue;
            if (format[i + 1] == c)
            {
                text.Append(format[++i]);
                continue;
            }
            int end = format.AsSpan(i + 1).IndexOfAny('}', ':', ',');
            if (c == '}' || end < 0 || char.IsAsciiDigit(format[i + 1]))
                continue;
            string name = format.Substring(i + 1, end).TrimStart('@', '$');
            if (name.Length == 0 || !name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.'))
                continue;
            int number = names.IndexOf(name);
            if (number < 0)
            {
                number = names.Count;
                names.Add(name);
            }
            text.Append(number);
            i += end;
        }
        return text.ToString();
    }
}

/// <summary>A template and its arguments, not formatted yet: a logger that keeps structure reads them apart.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    protected LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    public string Format { get; }

    public abstract IEnumerable<object> Parameters();
}

internal sealed class LogArguments(ILogMessageFormatter formatter, string format, object[] arguments) : LogMessage(formatter, format)
{
    public override IEnumerable<object> Parameters() => arguments;

    public override string ToString() => Formatter.Format(Format, arguments);
}
