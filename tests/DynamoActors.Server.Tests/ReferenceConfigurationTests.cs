using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Server.Tests;

/// <summary>hocon/reference.conf and the code know the same settings.</summary>
public sealed partial class ReferenceConfigurationTests
{
    private static string Reference => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "hocon", "reference.conf"));

    [Fact]
    public void Every_key_that_is_read_is_documented_and_every_documented_key_is_read()
    {
        var read = KeysReadBy(Source("DynamoActors.Node", "Settings", "NodeSettings.cs"))
            .Concat(KeysReadBy(Source("DynamoActors.Node", "Settings", "LinkSettings.cs")))
            .Concat(KeysReadBy(Source("DynamoActors.Embedded", "StoreSettings.cs")))
            .Concat(KeysReadBy(Source("DynamoActors.Server", "Security", "SecuritySettings.cs")))
            .Concat(Directory.GetFiles(Source("DynamoActors.Server", "Startup"), "*.cs").SelectMany(KeysReadBy)).Distinct().Order()
            .ToArray();
        read.Length.ShouldBeGreaterThan(10, "the reader of the sources must have found them");
        KeysIn(ConfigurationFactory.ParseString(Reference).GetConfig("dynamo").Root, "").Order().ShouldBe(read);
    }

    [Fact]
    public void Every_key_has_a_comment_above_it()
    {
        var lines = Reference.Split('\n').Select(line => line.Trim()).ToArray();
        for (var index = 1; index < lines.Length; index++)
        {
            if (!lines[index].Contains(" = ") || lines[index].StartsWith('#')) continue;
            lines[index - 1].ShouldStartWith("#", Case.Sensitive, $"'{lines[index]}' is not explained");
        }
    }

    private static IEnumerable<string> KeysReadBy(string file) =>
        KeyThatIsRead().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value);

    private static string Source(params string[] path) => Path.Combine([RepositoryRoot.Path, "src", .. path]);

    private static IEnumerable<string> KeysIn(HoconValue value, string prefix) =>
        value.IsObject()
            ? value.GetObject().Items.SelectMany(item => KeysIn(item.Value, prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}"))
            : [prefix];

    [GeneratedRegex("""config(?:\.Get[A-Za-z]+\(|, )"dynamo\.([a-z0-9.-]+)\x22""")]
    private static partial Regex KeyThatIsRead();
}
