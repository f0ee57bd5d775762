using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DynamoActors.Node.Settings;

/// <summary>
/// Reads one key of the configuration, named in full (<c>dynamo.ring.replicas</c>). What is missing or outside its range is refused with
/// the key, the value and what is allowed.
/// </summary>
public static class Setting
{
    /// <exception cref="SettingException">As for all of these.</exception>
    public static string Text(Config config, string key) =>
        Read(config, key, "a text that is not empty", () => config.GetString(key), text => !string.IsNullOrEmpty(text));

    public static IReadOnlyList<string> Texts(Config config, string key) =>
        [.. Read<IList<string>>(config, key, "a list of texts, such as [\"a\", \"b\"]", () => config.GetStringList(key),
            texts => texts.All(text => text is not null))];

    /// <summary>Bytes, or another whole number; the configuration may give a unit.</summary>
    public static long Size(Config config, string key, long least, long most = long.MaxValue)
    {
        var allowed = most == long.MaxValue ? $"a size in bytes, at least {least}" : $"a size from {least} to {most} bytes";
        return Read(config, key, allowed, () => config.GetByteSize(key) ?? -1, value => value >= least && value <= most);
    }

    public static int Number(Config config, string key, int least, int most = int.MaxValue)
    {
        var allowed = most == int.MaxValue ? $"a whole number, at least {least}" : $"a whole number from {least} to {most}";
        return (int)Read(config, key, allowed, () => config.GetLong(key), value => value >= least && value <= most);
    }

    public static double PositiveNumber(Config config, string key) =>
        Read(config, key, "a number above 0", () => config.GetDouble(key), value => value > 0 && double.IsFinite(value));

    public static double Share(Config config, string key) =>
        Read(config, key, "a number from 0 to 1", () => config.GetDouble(key), value => value is >= 0 and <= 1);

    /// <summary>Always with a unit: a bare number would mean milliseconds to some and seconds to others.</summary>
    public static TimeSpan Time(Config config, string key, TimeSpan? most = null, TimeSpan? least = null)
    {
        if (ValueAt(config, key) is { } found && found.IsString() && IsWithoutUnit(found.GetString()))
            throw new SettingException(key, $"{key} is '{found.GetString()}'; give it a unit, such as 2s.");
        var allowed = (least is { } low ? $"a time of at least {InWords(low)}" : "a time above 0")
            + (most is { } high ? $", at most {InWords(high)}" : "")
                + (least >= TimeSpan.FromSeconds(1) ? ", such as 10m" : ", such as 500ms");
        return Read(config, key, allowed, () => config.GetTimeSpan(key), value => value > TimeSpan.Zero && !(value < least)
            && !(value > most));
    }

    public static string OneOf(Config config, string key, IReadOnlyCollection<string> allowed, StringComparer? comparer = null) =>
        Read(config, key, string.Join(" or ", allowed), () => config.GetString(key),
            text => allowed.Contains(text, comparer ?? StringComparer.Ordinal));

    /// <summary>One of the names of an enumeration, in small letters.</summary>
    public static T Choice<T>(Config config, string key)
        where T : struct, Enum
    {
        var names = Array.ConvertAll(Enum.GetNames<T>(), name => name.ToLowerInvariant());
        var index = Read(config, key, string.Join(" or ", names), () => Array.IndexOf(names, config.GetString(key)), index => index >= 0);
        return Enum.GetValues<T>()[index];
    }

    private static T Read<T>(Config config, string key, string allowed, Func<T> read, Func<T, bool> isAllowed)
    {
        if (ValueAt(config, key) is not { } found) throw new SettingException(key, $"{key}: it is missing; include reference.conf.");
        try
        {
            bool isList = found.Values.Exists(element => element is HoconArray);
            if (isList == (typeof(T) == typeof(IList<string>)) && !found.IsObject() && read() is var value
                && isAllowed(value)) return value;
        }
        catch (Exception e) when (e is ConfigurationException or FormatException or OverflowException or ArgumentException
            or InvalidOperationException)
        {
            // Of another type than asked for: to be told like a value outside the range.
        }

        throw new SettingException(key, $"{key} is {Shown(config, key, found)}; it must be {allowed}.");
    }

    /// <summary>Null where nothing is set, or <c>null</c> is, or a value stands in the place of a section on the way.</summary>
    private static HoconValue? ValueAt(Config config, string key)
    {
        try
        {
            if (!config.HasPath(key) || config.GetValue(key) is not { IsEmpty: false } found) return null;
            return found.IsString() && found.GetString() is null or "null" ? null : found;
        }
        catch (Exception e) when (e is ConfigurationException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static bool IsWithoutUnit(string text) => text.Length > 0 && (char.IsAsciiDigit(text[^1]) || text[^1] == '.');

    private static string InWords(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:0} ms" : $"{time.TotalSeconds:0} s";

    private static string Shown(Config config, string key, HoconValue found) =>
        found.IsArray() || found.IsObject() ? "no single value" : $"'{config.GetString(key)}'";
}
