using System.Globalization;
using Akka.Configuration;

namespace Akka.Tests.Configuration;

public sealed class HoconGrammarTests
{
    [Theory]
    [InlineData("a = 1", "{a = \"1\"}")]
    [InlineData("{ a : 1, b = 2 }", "{a = \"1\", b = \"2\"}")]
    [InlineData("# comment\na = 1 # another\n// and\nb = 2 // more", "{a = \"1\", b = \"2\"}")]
    [InlineData("a.b.c = 1", "{a = {b = {c = \"1\"}}}")]
    [InlineData("a.\"b.c\".d = 1", "{a = {\"b.c\" = {d = \"1\"}}}")]
    [InlineData("a b c = 1", "{\"a b c\" = \"1\"}")]
    [InlineData("a { b = 1 }\na { c = 2 }", "{a = {b = \"1\", c = \"2\"}}")]
    [InlineData("a { b = 1 }\na = 5\na { c = 2 }", "{a = {c = \"2\"}}")]
    [InlineData("a = two words  \nb = 2", "{a = \"two words\", b = \"2\"}")]
    [InlineData("a = \"quoted # not a comment\"", "{a = \"quoted # not a comment\"}")]
    [InlineData("a = \"tab\\tand \\u0041\"", "{a = \"tab\tand A\"}")]
    [InlineData("a = \"\"\"raw \\t \"quotes\" \"\"\"\"", "{a = \"raw \\\\t \\\"quotes\\\" \\\"\"}")]
    [InlineData("a = [1, 2,\n3\n4,]", "{a = [\"1\", \"2\", \"3\", \"4\"]}")]
    [InlineData("a = [{ b = 1 }, [2]]", "{a = [{b = \"1\"}, [\"2\"]]}")]
    [InlineData("a = [1] [2]", "{a = [\"1\", \"2\"]}")]
    [InlineData("a = { b = 1 } { c = 2 }", "{a = {b = \"1\", c = \"2\"}}")]
    [InlineData("a = [1]\na += 2\na += [3]", "{a = [\"1\", \"2\", [\"3\"]]}")]
    [InlineData("a += 1", "{a = [\"1\"]}")]
    [InlineData("x { a = [1] }\nx { a += 2 }", "{x = {a = [\"1\", \"2\"]}}")]
    [InlineData("a = null", "{a = null}")]
    [InlineData("a = \"null\"", "{a = \"null\"}")]
    [InlineData("", "{}")]
    [InlineData("\uFEFFa = 1\r\nb = 2\r\n", "{a = \"1\", b = \"2\"}")]
    [InlineData("a = 127.0.0.1", "{a = \"127.0.0.1\"}")]
    [InlineData("include.x = 1\nincluded = 2", "{include = {x = \"1\"}, included = \"2\"}")]
    public void Text_reads_as(string hocon, string expected) => ConfigurationFactory.ParseString(hocon).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("a = 1\nb = ${a}", "b", "1")]
    [InlineData("b = ${a}\na = 1", "b", "1")]
    [InlineData("a = 1\na = 2\nb = ${a}", "b", "2")]
    [InlineData("a.b = 1\nc = x${a.b}y", "c", "x1y")]
    [InlineData("a = ${?nothing} x", "a", " x")]
    [InlineData("path = /bin\npath = ${path}\":/usr/bin\"", "path", "/bin:/usr/bin")]
    [InlineData("path = a\npath = ${path}b\npath = ${path}c", "path", "abc")]
    [InlineData("base { x = 1, y = 2 }\nd = ${base} { y = 3 }", "d.y", "3")]
    [InlineData("base { x = 1, y = 2 }\nd = ${base}\nd { y = 3 }", "d.x", "1")]
    [InlineData("base { x = 1 }\nd = ${base}\nd { y = 3, z = ${d.y} }", "d.z", "3")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }", "bar.baz", "42")]
    [InlineData("a = ${missing}\na = 5", "a", "5")]
    [InlineData("a { b = ${a.c}, c = ${a.d}, d = 7 }", "a.b", "7")]
    public void Substitution_stands_for(string hocon, string path, string expected) =>
        ConfigurationFactory.ParseString(hocon).GetString(path).ShouldBe(expected);

    [Fact]
    public void Substitution_falls_back_to_the_environment()
    {
        Environment.SetEnvironmentVariable("HOCON_TEST_VARIABLE", "from outside");
        var config = ConfigurationFactory.ParseString("a = ${HOCON_TEST_VARIABLE}\nb = ${?HOCON_TEST_VARIABLE_ABSENT}");
        config.GetString("a").ShouldBe("from outside");
        config.HasPath("b").ShouldBeFalse();
    }

    [Fact]
    public void Absent_optional_substitution_leaves_the_earlier_value() =>
        ConfigurationFactory.ParseString("a = 1\na = ${?HOCON_TEST_VARIABLE_ABSENT}").GetString("a").ShouldBe("1");

    [Theory]
    [InlineData("a = 1\nb = {\n  c = 2\n", "string:4:1", "closing brace for the one opened at string:2:5")]
    [InlineData("a = \"open\nb = 2", "string:1:10", "closing quote for the one opened at string:1:5")]
    [InlineData("a = \"\"\"open", "string:1:12", "three closing quotes")]
    [InlineData("a = [1, 2", "string:1:10", "closing bracket")]
    [InlineData("a 1", "string:1:4", "'=', ':', '+=' or '{' after the key")]
    [InlineData("a =\n}", "string:2:1", "a value for a")]
    [InlineData("a = 1 }", "string:1:7", "found '}'")]
    [InlineData("= 1", "string:1:1", "a key")]
    [InlineData("a..b = 1", "string:1:1", "empty part")]
    [InlineData("a = $x", "string:1:5", "${path}")]
    [InlineData("a = ${x", "string:1:8", "to close the substitution")]
    [InlineData("a = ${x}", "string:1:5", "refers to nothing")]
    [InlineData("a = ${b}\nb = ${a}", "string:2:5", "refers to itself")]
    [InlineData("a = 1 {b = 2}", "string:1:5", "different kinds")]
    [InlineData("a = \"\\x\"", "string:1:7", "after a backslash")]
    [InlineData("a = user@host", "string:1:9", "quoted")]
    [InlineData("{a = 1} b = 2", "string:1:9", "end of the text")]
    [InlineData("include \"other.conf\"", "string:1:1", "was not read from a file")]
    public void Error_names_the_place_and_what_was_expected(string hocon, string place, string expected)
    {
        var error = Should.Throw<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon));
        error.Message.ShouldStartWith(place + ":");
        error.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("x{0} = ${{x{1}}}${{x{1}}}${{x{1}}}${{x{1}}}", "1234567890")]
    [InlineData("x{0} = ${{x{1}}} ${{x{1}}} ${{x{1}}} ${{x{1}}}", "[1, 2]")]
    [InlineData("x{0} = [${{x{1}}}, ${{x{1}}}, ${{x{1}}}, ${{x{1}}}]", "1")]
    [InlineData("x{0} {{ a = ${{x{1}}}, b = ${{x{1}}}, c = ${{x{1}}}, d = ${{x{1}}} }}", "{ y = 1 }")]
    public void Substitutions_that_multiply_each_other_are_refused(string line, string first)
    {
        var hocon = string.Join('\n', Enumerable.Range(1, 30).Select(number => string.Format(CultureInfo.InvariantCulture, line, number, number - 1)).Prepend("x0 = " + first));
        var error = Should.Throw<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon)).Message;
        error.ShouldContain("more than 4000000 values and characters");
        error.ShouldStartWith("string:");
    }

    [Fact]
    public void A_chain_of_substitutions_without_end_is_refused()
    {
        var hocon = string.Join('\n', Enumerable.Range(0, 200_000).Select(number => $"x{number} = ${{x{number + 1}}}"));
        Should.Throw<ConfigurationException>(() => ConfigurationFactory.ParseString(hocon)).Message.ShouldContain("more than 1000 deep");
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Should.Throw<ConfigurationException>(() => ConfigurationFactory.ParseString("a = " + new string('[', 100_000))).Message.ShouldContain("nested");
}
