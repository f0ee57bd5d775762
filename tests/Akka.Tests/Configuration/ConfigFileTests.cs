using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Embedded.Configuration;

namespace Akka.Tests.Configuration;

public sealed class ConfigFileTests
{
    private readonly Dictionary<string, string> _files = [];

    [Fact]
    public void Included_file_is_looked_for_beside_the_including_one()
    {
        _files["conf/node.conf"] = "include \"common.conf\"\ninclude file(\"parts/store.conf\")\na = 2";
        _files["conf/common.conf"] = "a = 1, b = 1";
        _files["conf/parts/store.conf"] = "include \"deep.conf\"\nstore = lsm";
        _files["conf/parts/deep.conf"] = "deep = yes";
        Load("conf/node.conf").ToString().ShouldBe("{a = \"2\", b = \"1\", deep = \"yes\", store = \"lsm\"}");
    }

    [Fact]
    public void Included_file_fills_the_object_that_includes_it_and_its_substitutions_look_there_first()
    {
        _files["a.conf"] = "x = outer\ny = outer\nin { include \"b.conf\" }\nin.late = 9";
        _files["b.conf"] = "x = inner\nfirst = ${x}\nsecond = ${y}\nthird = ${late}";
        var config = Load("a.conf").GetConfig("in");
        config.GetString("first").ShouldBe("inner");
        config.GetString("second").ShouldBe("outer");
        config.GetString("third").ShouldBe("9");
    }

    [Fact]
    public void Absent_include_is_empty_unless_required()
    {
        _files["a.conf"] = "include \"none.conf\"\na = 1";
        Load("a.conf").GetInt("a").ShouldBe(1);
        _files["a.conf"] = "\n include required(file(\"none.conf\"))";
        Should.Throw<ConfigurationException>(() => Load("a.conf")).Message.ShouldBe("a.conf:2:2: cannot include \"none.conf\": there is no file none.conf");
    }

    [Fact]
    public void Error_in_an_included_file_names_that_file()
    {
        _files["a.conf"] = "include \"b.conf\"";
        _files["b.conf"] = "x = 1\ny = }";
        Should.Throw<ConfigurationException>(() => Load("a.conf")).Message.ShouldStartWith("b.conf:2:5:");
    }

    [Fact]
    public void File_that_includes_itself_is_refused()
    {
        _files["a.conf"] = "include \"a.conf\"";
        Should.Throw<ConfigurationException>(() => Load("a.conf")).Message.ShouldContain("includes itself");
    }

    [Fact]
    public void Each_value_keeps_the_name_of_the_text_that_set_it()
    {
        var inner = ConfigFile.Parse("inner.conf", "\n  b = 2\nc = 3", _ => null);
        var config = ConfigFile.Parse("--set", "c = 4", _ => null)
            .WithFallback(ConfigFile.Parse("outer.conf", "a = 1\nsection { include \"inner.conf\" }", _ => new HoconRoot(inner.Root)));
        ConfigFile.PlaceOf(config, "a").ShouldBe("outer.conf:1:5");
        ConfigFile.PlaceOf(config, "section.b").ShouldBe("inner.conf:2:7");
        ConfigFile.PlaceOf(config, "c").ShouldBe("--set:1:5");
        ConfigFile.PlaceOf(config, "section.absent").ShouldBeNull();
        Should.Throw<ConfigurationException>(() => config.GetBoolean("section.b")).Message.ShouldStartWith("section.b: inner.conf:2:7: expected a boolean");
    }

    [Fact]
    public void Absent_file_is_named() =>
        Should.Throw<ConfigurationException>(() => Load("nowhere.conf")).Message.ShouldContain("nowhere.conf does not exist");

    private Config Load(string path) => ConfigFile.Load(path, file => _files.GetValueOrDefault(file));
}
