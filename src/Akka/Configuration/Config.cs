using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// Settings under paths such as <c>akka.remote.retry-gate-closed-for</c>. Never changes; safe to read from any thread. A reader returns
/// its default where nothing is set (or null is), and throws a <see cref="ConfigurationException"/> that names the path and the place
/// where something of another kind is set. Parts of a path that contain dots are quoted.
/// </summary>
public class Config
{
    private static readonly HoconValue NoFields = HoconValue.Of(new HoconObject(), Origin.None);

    /// <summary>Where these settings were in what they were taken from, with a dot behind it: errors name a setting in full.</summary>
    private readonly string _path = "";

    public Config() => Root = NoFields;

    public Config(HoconRoot root) => Root = root.Value;

    private Config(HoconValue root, string path = "")
    {
        Root = root;
        _path = path;
    }

    public static Config Empty { get; } = new();

    public virtual HoconValue Root { get; }

    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>These settings, and where they say nothing, those of <paramref name="fallback"/>.</summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (fallback is null || fallback.IsEmpty || ReferenceEquals(fallback, this)) return this;
        return IsEmpty ? fallback : new Config(HoconValue.Merge(Root, fallback.Root), _path);
    }

    public virtual bool HasPath(string path) => Find(path) is not null;

    /// <summary>The settings below <paramref name="path"/>; null where there are none.</summary>
    public virtual Config GetConfig(string path) => Read(path, value => value.GetObject() is not null ? new Config(value, $"{_path}{path}.") : null!, null!);

    public virtual string GetString(string path, string @default = null!) => Read(path, value => value.GetString(), @default);

    public virtual bool GetBoolean(string path, bool @default = false) => Read(path, value => value.GetBoolean(), @default);

    public virtual int GetInt(string path, int @default = 0) => Read(path, value => value.GetInt(), @default);

    public virtual long GetLong(string path, long @default = 0) => Read(path, value => value.GetLong(), @default);

    public virtual double GetDouble(string path, double @default = 0) => Read(path, value => value.GetDouble(), @default);

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Read(path, value => value.GetTimeSpan(allowInfinite), @default ?? TimeSpan.Zero);

    public virtual long? GetByteSize(string path) => Read(path, value => value.GetByteSize(), null);

    public virtual long? GetByteSize(string path, long? def = null) => Read(path, value => value.GetByteSize(), def);

    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => Read(path, value => value.GetStringList(), defaultPaths);

    /// <summary>The outermost settings, each under its key.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject().Items;

    public override string ToString() => Root.ToString();

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    private HoconValue? Find(string path) => Root.Find(HoconPath.Split(path)) is { IsNull: false } value ? value : null;

    private T Read<T>(string path, Func<HoconValue, T> read, T @default)
    {
        if (Find(path) is not { } value) return @default;
        try
        {
            return read(value);
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{_path}{path}: {e.Message}", e);
        }
    }
}
