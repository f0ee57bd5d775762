using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Server.Startup;

/// <summary>
/// One text of a configuration by itself, without what it includes: HOCON keeps no places, so this is what tells where a key was set.
/// </summary>
/// <param name="Name">A file's path, or the option of the command line.</param>
internal sealed record ConfigurationText(string Name, Config Own)
{
    /// <summary>The name of a text that is the value of this option.</summary>
    public const string SetOption = "--set";

    /// <summary>The name of the text that the other options are turned into.</summary>
    public const string CommandLine = "the command line";

    /// <summary>The name of the text that holds what memory and open files leave for values that nobody set.</summary>
    public const string Machine = "what this process may have";

    private bool IsFile => Name is not (SetOption or CommandLine or Machine);

    /// <summary>A sentence with a blank before it.</summary>
    public string Sentence => IsFile ? $" It is set in {Name}." : $" It is set by {Name}.";

    public bool Sets(string key)
    {
        try
        {
            return Own.HasPath(key);
        }
        catch (Exception e) when (IsParsing(e))
        {
            // A value stands where a section is asked for.
            return false;
        }
    }

    /// <summary>A text that is in no file, and cannot include one.</summary>
    /// <exception cref="ConfigurationException">It is no HOCON.</exception>
    public static ConfigurationText Parse(string name, string text) =>
        new(name, ParseHocon(
            text, included => throw new ConfigurationException($"\"{included}\" cannot be included here, only in a file (--config)")));

    /// <exception cref="ConfigurationException">As above; Akka's parser has several exceptions for it.</exception>
    public static Config ParseHocon(string text, Func<string, HoconRoot> include)
    {
        HoconText.Require(text);
        try
        {
            var config = ConfigurationFactory.ParseString(text, include);
            RequireValues(config.Root, "");
            return config;
        }
        catch (Exception e) when (IsParsing(e))
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    /// <summary>What Akka's parser cannot make sense of it often leaves as a key without a value: <c>a = b = c</c> is one for it.</summary>
    private static void RequireValues(HoconValue value, string path)
    {
        if (value.IsObject())
        {
            foreach (var (key, item) in value.GetObject().Items) RequireValues(item, path.Length == 0 ? key : $"{path}.{key}");
        }
        else if (value.Values.OfType<HoconArray>().FirstOrDefault() is { } list)
        {
            foreach (var item in list) RequireValues(item, path);
        }
        else if (value.GetString() is null)
        {
            throw new ConfigurationException($"{path} has no value");
        }
    }

    private static bool IsParsing(Exception e) =>
        e is FormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException;
}
