using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace DynamoActors.Http.Status;

/// <summary>
/// A piece of HTML, written as an interpolated string: what stands between the holes is markup, what comes through a hole is escaped,
/// unless it is a piece of HTML itself. So nothing that somebody else chose, a key or a name, ever becomes markup.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Html
{
    private readonly StringBuilder _text;

    public Html(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + formattedCount * 16);

    public static Html None => Of($"");

    public static Html Of(Html html) => html;

    public static Html If(bool isSo, Html html) => isSo ? html : None;

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(string? text) => _text.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(ulong number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(double number, string format) => _text.Append(number.ToString(format, CultureInfo.InvariantCulture));

    public void AppendFormatted(Html html) => _text.Append(html._text);

    public void AppendFormatted(IEnumerable<Html> all)
    {
        foreach (var one in all) AppendFormatted(one);
    }

    public override string ToString() => _text.ToString();
}
