using Akka.Configuration;

namespace Akka.Tests.Configuration;

public sealed class ConfigReadingTests
{
    [Theory]
    [InlineData("10", 10)]
    [InlineData("10 ms", 10)]
    [InlineData("10ms", 10)]
    [InlineData("1500000 ns", 1.5)]
    [InlineData("250 us", 0.25)]
    [InlineData("2s", 2_000)]
    [InlineData("0.5 seconds", 500)]
    [InlineData("3 minutes", 180_000)]
    [InlineData("3m", 180_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("infinite", -1)]
    public void Duration_reads_as_milliseconds(string text, double milliseconds) =>
        Parse($"a = {text}").GetTimeSpan("a").TotalMilliseconds.ShouldBe(milliseconds);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("7b", 7)]
    [InlineData("2 kB", 2_000)]
    [InlineData("2K", 2_048)]
    [InlineData("2KiB", 2_048)]
    [InlineData("3MB", 3_000_000)]
    [InlineData("16 MiB", 16_777_216)]
    [InlineData("1.5 KiB", 1_536)]
    [InlineData("1G", 1_073_741_824)]
    public void Size_reads_as_bytes(string text, long bytes) => Parse($"a = {text}").GetByteSize("a").ShouldBe(bytes);

    [Theory]
    [InlineData("on", true)]
    [InlineData("Yes", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("false", false)]
    public void Boolean_reads_as(string text, bool expected) => Parse($"a = {text}").GetBoolean("a", !expected).ShouldBe(expected);

    [Fact]
    public void Numbers_and_lists_read()
    {
        var config = Parse("i = -5, l = 9000000000, d = 1.25, s = [a, \"b c\"], numbered { 1 = y, 0 = x }");
        config.GetInt("i").ShouldBe(-5);
        config.GetLong("l").ShouldBe(9_000_000_000);
        config.GetDouble("d").ShouldBe(1.25);
        config.GetStringList("s").ShouldBe(["a", "b c"]);
        config.GetStringList("numbered").ShouldBe(["x", "y"]);
    }

    [Fact]
    public void Absent_and_null_settings_give_the_default()
    {
        var config = Parse("n = null");
        config.GetString("x").ShouldBeNull();
        config.GetString("n", "d").ShouldBe("d");
        config.GetInt("x", 3).ShouldBe(3);
        config.GetTimeSpan("x").ShouldBe(TimeSpan.Zero);
        config.GetByteSize("x").ShouldBeNull();
        config.GetStringList("x").ShouldBeEmpty();
        config.GetConfig("x").ShouldBeNull();
        config.HasPath("n").ShouldBeFalse();
    }

    [Fact]
    public void Fallback_fills_what_is_not_set_and_null_hides_it()
    {
        var config = Parse("a { b = 1, gone = null, list = [1] }").WithFallback(Parse("a { b = 2, c = 3, gone = 4, list = [2, 3] }"));
        config.GetInt("a.b").ShouldBe(1);
        config.GetInt("a.c").ShouldBe(3);
        config.HasPath("a.gone").ShouldBeFalse();
        config.GetStringList("a.list").ShouldBe(["1"]);
        config.GetConfig("a").AsEnumerable().Select(field => field.Key).Order().ShouldBe(["b", "c", "gone", "list"]);
    }

    [Fact]
    public void Quoted_part_of_a_path_keeps_its_dots() => Parse("a.\"b.c\" = 1").GetInt("a.\"b.c\"").ShouldBe(1);

    [Theory]
    [InlineData("GetInt", "a whole number")]
    [InlineData("GetBoolean", "a boolean")]
    [InlineData("GetTimeSpan", "a duration")]
    [InlineData("GetByteSize", "a size")]
    [InlineData("GetStringList", "an array")]
    [InlineData("GetConfig", "an object")]
    public void Wrong_value_is_named_with_its_path_and_place(string reader, string expected)
    {
        var config = Parse("a {\n  b = 10 apples\n}");
        Action read = reader switch
        {
            "GetInt" => () => config.GetInt("a.b"),
            "GetBoolean" => () => config.GetBoolean("a.b"),
            "GetTimeSpan" => () => config.GetTimeSpan("a.b"),
            "GetByteSize" => () => config.GetByteSize("a.b"),
            "GetStringList" => () => config.GetStringList("a.b"),
            _ => () => config.GetConfig("a.b"),
        };
        var error = Should.Throw<ConfigurationException>(read);
        error.Message.ShouldStartWith("a.b: string:2:7: expected " + expected);
        error.Message.ShouldContain("10 apples");
    }

    [Fact]
    public void Wrong_value_of_a_section_is_named_in_full()
    {
        var section = Parse("a.b { c { d = soon }, e = 1 }").GetConfig("a.b").WithFallback(Parse("f = 2"));
        Should.Throw<ConfigurationException>(() => section.GetTimeSpan("c.d")).Message.ShouldStartWith("a.b.c.d: ");
        Should.Throw<ConfigurationException>(() => section.GetConfig("c").GetTimeSpan("d")).Message.ShouldStartWith("a.b.c.d: ");
    }

    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);
}
