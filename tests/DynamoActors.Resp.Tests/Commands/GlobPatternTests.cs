using System.Text;
using System.Text.RegularExpressions;
using DynamoActors.Resp.Commands;
using FsCheck.Fluent;
using Gen = FsCheck.Fluent.Gen;
using Property = DynamoActors.Core.Tests.Property;

namespace DynamoActors.Resp.Tests.Commands;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abcd", false)]
    [InlineData("h[ae]llo", "hello", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-b]llo", "hbllo", true)]
    [InlineData("h[b-a]llo", "hallo", true)]
    [InlineData("h\\*llo", "h*llo", true)]
    [InlineData("h\\*llo", "hello", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[a", "a", true)]
    [InlineData("a\\", "a\\", true)]
    public void Patterns_mean_what_they_do_in_Redis(string pattern, string text, bool isMatch) =>
        GlobPattern.Matches(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text)).ShouldBe(isMatch);

    [Fact]
    public void Stars_and_question_marks_match_as_a_regular_expression_does_and_their_prefix_is_one()
    {
        var text = Gen.Elements('a', 'b').ArrayOf().Select(chars => new string(chars));
        var pattern = Gen.Elements('a', 'b', '*', '?').ArrayOf().Select(chars => new string(chars));
        Property.ForAll(Gen.Zip(pattern, text), one =>
        {
            var (glob, bytes) = (Encoding.Latin1.GetBytes(one.Item1), Encoding.Latin1.GetBytes(one.Item2));
            var isMatch = Regex.IsMatch(one.Item2, $"^{one.Item1.Replace("*", ".*").Replace("?", ".")}$");
            GlobPattern.Matches(glob, bytes).ShouldBe(isMatch, $"{one.Item1} and {one.Item2}");
            if (isMatch) bytes.AsSpan().StartsWith(GlobPattern.Prefix(glob)).ShouldBeTrue();
        }, count: 2000);
    }

    [Fact]
    public void A_hostile_pattern_takes_no_more_than_both_lengths_multiplied()
    {
        var pattern = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("*a", 500)) + "b");
        GlobPattern.Matches(pattern, Encoding.Latin1.GetBytes(new string('a', 1000))).ShouldBeFalse();
    }
}
