using Akka.Configuration;

namespace DynamoActors.Node.Settings;

/// <summary>One key of the configuration is missing or has a value that cannot be used; the message names key, value and what is
/// allowed.</summary>
public sealed class SettingException(string key, string message) : ConfigurationException(message)
{
    public string Key { get; } = key;
}
