namespace Akka.Configuration;

/// <summary>
/// A configuration text that cannot be read, or a setting whose value is not what its reader needs. The message names the file, the
/// line and the column, what stands there and what was expected.
/// </summary>
public class ConfigurationException : Exception
{
    public ConfigurationException(string message) : base(message)
    {
    }

    public ConfigurationException(string message, Exception exception) : base(message, exception)
    {
    }
}
