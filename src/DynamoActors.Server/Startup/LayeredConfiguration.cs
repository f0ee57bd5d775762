using Akka.Configuration;

namespace DynamoActors.Server.Startup;

/// <summary>The configuration, and the texts that it was put together from: of two that set a key, the first one counts.</summary>
internal sealed record LayeredConfiguration(Config Config, IReadOnlyList<ConfigurationText> Texts)
{
    public LayeredConfiguration Under(LayeredConfiguration above) => new(above.Config.WithFallback(Config), [.. above.Texts, .. Texts]);

    public static LayeredConfiguration Of(ConfigurationText text) => new(text.Own, [text]);

    /// <summary>By a file of the user's own or on the command line.</summary>
    public bool IsSetOutsideOfReference(string key) =>
        Texts.Any(text => text.Name != NodeConfiguration.DefaultFile("reference.conf") && text.Sets(key));

    /// <summary>A sentence with a blank before it, naming the file or the option; empty where no text sets the key.</summary>
    public string WhereSet(string key)
    {
        for (; key.Length > 0; key = key[..Math.Max(0, key.LastIndexOf('.'))])
            if (Texts.FirstOrDefault(text => text.Sets(key)) is { } text) return text.Sentence;
        return "";
    }
}
