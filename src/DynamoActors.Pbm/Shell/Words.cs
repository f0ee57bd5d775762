using System.Text;

namespace DynamoActors.Pbm.Shell;

/// <summary>A line's words: blanks part them, unless they stand in quotation marks of either sort.</summary>
internal static class Words
{
    public static IEnumerable<string> In(string line)
    {
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        foreach (var one in line)
        {
            if (one == quote) quote = '\0';
            else if (quote == '\0' && one is ('"' or '\'')) (quote, isWord) = (one, true);
            else if (quote == '\0' && char.IsWhiteSpace(one))
            {
                if (isWord) yield return word.ToString();
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(one);
                isWord = true;
            }
        }

        if (isWord) yield return word.ToString();
    }
}
