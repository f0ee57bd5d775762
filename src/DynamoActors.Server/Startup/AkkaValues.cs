using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Finds values below <c>akka</c> that are of another form than Akka's own default, such as a word for a time: Akka says neither key nor
/// file when it reads them, and that only after the node's files have been opened.
/// </summary>
internal static partial class AkkaValues
{
    private const string Section = "akka";

    private static readonly string[] Switches = ["on", "off", "true", "false", "yes", "no"];

    private static readonly Config Defaults =
        ConfigurationFactory.FromResource<Akka.Cluster.Cluster>("Akka.Cluster.Configuration.Cluster.conf")
        .WithFallback(ConfigurationFactory.FromResource<Akka.Remote.RemoteActorRefProvider>("Akka.Remote.Configuration.Remote.conf"))
        .WithFallback(ConfigurationFactory.FromResource<ActorSystem>("Akka.Configuration.akka.conf"));

    /// <exception cref="StartFailure">The message names key, value and what Akka has instead.</exception>
    public static void Require(LayeredConfiguration configuration)
    {
        foreach (var text in configuration.Texts)
        {
            if (text.Own.Root.GetObject().Items.TryGetValue(Section, out var value)) Require(text, value, Section);
        }
    }

    private static void Require(ConfigurationText text, HoconValue value, string path)
    {
        if (value.IsObject())
        {
            foreach (var (key, item) in value.GetObject().Items) Require(text, item, $"{path}.{key}");
            return;
        }

        var usual = Defaults.HasPath(path) ? Defaults.GetString(path) : null;
        if (usual is not null && value.GetString() is { } given && !IsOfSameForm(given, usual))
            throw new StartFailure(
                $"The configuration cannot be used: {path} is '{given}'; it must be of the form of Akka's own '{usual}'.{text.Sentence}");
    }

    private static bool IsOfSameForm(string given, string usual) =>
        !IsQuantityOrSwitch(usual) || IsQuantityOrSwitch(given) || given == "infinite";

    /// <summary>Of what is a number or a time in one version or place, much can also be switched off, and the other way round.</summary>
    private static bool IsQuantityOrSwitch(string text) => Quantity().IsMatch(text) || Switches.Contains(text);

    /// <summary>A number, a time or a size.</summary>
    [GeneratedRegex(@"^-?\d+(\.\d+)?\s*[a-zA-Z]*$")]
    private static partial Regex Quantity();
}
