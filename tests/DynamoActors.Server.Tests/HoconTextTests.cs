using Akka.Configuration;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

/// <summary>What Akka's parser takes silently, or never comes back from.</summary>
public sealed class HoconTextTests
{
    [Theory]
    [InlineData("a = [1, }", "line 1: '}' stands where the '[' of line 1 is to be closed")]
    [InlineData("\na = [1\n\n", "line 2: '[' is never closed")]
    [InlineData("a { b = 1\n", "line 1: '{' is never closed")]
    [InlineData("a = 1\n}", "line 2: '}' closes nothing")]
    [InlineData("a = [1]]", "line 1: ']' closes nothing")]
    [InlineData("a = \"b\nc = \"d\"", "line 1: a quotation mark has none")]
    [InlineData("a = 1\nb = \"\"\"c\"\"\"", "line 2: \"\"\" begins a text of several lines")]
    [InlineData("a = \"b\\\"", "line 1: a quotation mark has none")]
    [InlineData("a = \"b\\", "line 1: a quotation mark has none")]
    [InlineData("a = [b\n= c]", "line 2: '=' cannot stand in a list without quotes")]
    [InlineData("a = [b:1]", "line 1: ':' cannot stand in a list without quotes")]
    [InlineData("a = [.5]", "line 1: '.' cannot stand in a list without quotes")]
    [InlineData("a = ${a}", "line 1: ${…} is not filled in here")]
    [InlineData("a = ${?b}", "line 1: ${…} is not filled in here")]
    [InlineData("a = b = c", "c has no value")]
    [InlineData("a {\n b c\n}", "a.b c has no value")]
    [InlineData("a { b = }", "a.b has no value")]
    [InlineData("a = null", "a has no value")]
    [InlineData("a = [,1]", "a has no value")]
    [InlineData("a = @x", "Unknown token")]
    public void What_means_nothing_is_refused(string text, string says) =>
        Should.Throw<ConfigurationException>(() => ConfigurationText.Parse("a text", text)).Message.ShouldContain(says);

    /// <summary>Which else ends the process: its stack is too short for Akka's parser.</summary>
    [Theory]
    [InlineData("[", 50_000, "more than 50 brackets are open at once")]
    [InlineData("{a=", 50_000, "more than 50 brackets are open at once")]
    [InlineData("a.", 20_000, "a key has more than 50 parts")]
    public void What_goes_too_deep_is_refused(string part, int times, string says) => What_means_nothing_is_refused(
        $"a = 1\n{(part == "[" ? "b = " : "")}{string.Concat(Enumerable.Repeat(part, times))}", says);

    [Theory]
    [InlineData("a = \"[ { ${b} # // \\\" \"")]
    [InlineData("# a = [ { \"\na = 1 // a = [ { \"")]
    [InlineData("{ a { b = [], c = {}, d = \"\" } }")]
    [InlineData("a = [\n  \"b\" # one\n  // two\n  c.d, 1.5\n  { e : 3 }\n]")]
    [InlineData("a = [\"b\\\\\", c]")]
    [InlineData("a = 5%, b = x y, c += 1")]
    [InlineData("")]
    public void What_means_something_is_taken(string text) => ConfigurationText.Parse("a text", text);
}
