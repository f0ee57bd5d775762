using Akka.Configuration;

namespace DynamoActors.Server.Startup;

/// <summary>Reads one key of the configuration. What is missing or outside its range is refused with the key, the value and what is allowed.</summary>
internal static class Setting
{
    /// <summary>Bytes, or another whole number; the configuration may give a unit.</summary>
    /// <exception cref="ConfigurationException">As for all of these.</exception>
    public static long Size(Config config, string key, long least, long most)
    {
        var allowed = $"a size from {least} to {most} bytes";
        return Read(config, key, allowed, () => config.GetByteSize(key) is { } value && value >= least && value <= most ? value : (long?)null);
    }

    public static int Number(Config config, string key, int least, int most = int.MaxValue)
    {
        var allowed = most == int.MaxValue ? $"a whole number, at least {least}" : $"a whole number from {least} to {most}";
        return (int)Read(config, key, allowed, () => config.GetLong(key) is var value && value >= least && value <= most ? value : (long?)null);
    }

    public static double PositiveNumber(Config config, string key) =>
        Read(config, key, "a number above 0", () => config.GetDouble(key) is var value && value > 0 && double.IsFinite(value) ? value : (double?)null);

    public static TimeSpan Time(Config config, string key, TimeSpan most) =>
        Read(config, key, $"a time above 0, at most {most.TotalSeconds:0} s, such as 500ms", () => config.GetTimeSpan(key) is var value && value > TimeSpan.Zero && value <= most ? value : (TimeSpan?)null);

    /// <summary>One of the names of an enumeration, in small letters.</summary>
    public static T Choice<T>(Config config, string key)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        return Read(config, key, string.Join(" or ", names), () =>
            Array.IndexOf(names, config.GetString(key)) is >= 0 and var index ? Enum.GetValues<T>()[index] : (T?)null);
    }

    private static T Read<T>(Config config, string key, string allowed, Func<T?> read)
        where T : struct
    {
        if (!config.HasPath(key)) throw new ConfigurationException($"{key}: it is missing; include reference.conf.");
        T? value;
        try
        {
            value = read();
        }
        catch (Exception e) when (e is ConfigurationException or FormatException or OverflowException)
        {
            value = null;
        }

        return value ?? throw new ConfigurationException($"{key} is {Shown(config, key)}; it must be {allowed}.");
    }

    private static string Shown(Config config, string key)
    {
        try
        {
            return $"'{config.GetString(key)}'";
        }
        catch (ConfigurationException)
        {
            return "no single value";
        }
    }
}
