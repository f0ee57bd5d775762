using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>
/// A value of a configuration: an object, an array, a text or null. Never changes once built. Each reader below throws a
/// <see cref="ConfigurationException"/> that names the place and the expectation where the value is of another kind.
/// </summary>
public class HoconValue
{
    private readonly HoconObject? _fields;
    private readonly List<HoconValue>? _items;

    private HoconValue(HoconObject? fields, List<HoconValue>? items, string? text, Origin origin)
    {
        _fields = fields;
        _items = items;
        Text = text;
        Origin = origin;
        Size = text is not null ? 1L + text.Length : 1 + (fields?.Items.Values.Sum(value => value.Size) ?? items?.Sum(value => value.Size) ?? 0);
    }

    internal Origin Origin { get; }
    internal string? Text { get; }

    /// <summary>Values and characters in it, however often the same one stands in it.</summary>
    internal long Size { get; }

    internal bool IsNull => _fields is null && _items is null && Text is null;
    internal bool IsText => _fields is null && _items is null;

    public bool IsEmpty => IsNull || _fields is { Items.Count: 0 };

    internal static HoconValue Null(Origin origin) => new(null, null, null, origin);
    internal static HoconValue Of(string text, Origin origin) => new(null, null, text, origin);
    internal static HoconValue Of(HoconObject fields, Origin origin) => new(fields, null, null, origin);
    internal static HoconValue Of(List<HoconValue> items, Origin origin) => new(null, items, null, origin);

    /// <summary><paramref name="newer"/> over <paramref name="older"/>: objects field by field, anything else hides what is below it.</summary>
    internal static HoconValue Merge(HoconValue newer, HoconValue? older)
    {
        if (newer._fields is not { } fields || older?._fields is not { } below) return newer;
        var merged = new HoconObject();
        foreach (var (key, value) in below.Items) merged.Items[key] = value;
        foreach (var (key, value) in fields.Items)
            merged.Items[key] = merged.Items.TryGetValue(key, out var hidden) ? Merge(value, hidden) : value;
        return Of(merged, newer.Origin);
    }

    /// <summary>The value at <paramref name="path"/> below this one, or null.</summary>
    internal HoconValue? Find(ReadOnlySpan<string> path)
    {
        var at = this;
        foreach (var part in path)
            if (at._fields is null || !at._fields.Items.TryGetValue(part, out at)) return null;
        return at;
    }

    public bool IsObject() => _fields is not null;

    public bool IsArray() => _items is not null;

    public HoconObject GetObject() => _fields ?? throw Mismatch("an object");

    public IList<HoconValue> GetArray() => _items ?? NumberedFields() ?? throw Mismatch("an array");

    public string GetString() => IsNull ? null! : Text ?? throw Mismatch("a text");

    public bool GetBoolean() => Text?.ToLowerInvariant() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => throw Mismatch("a boolean: true, on, yes, false, off or no"),
    };

    public int GetInt() => int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Mismatch("a whole number between -2147483648 and 2147483647");

    public long GetLong() => long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Mismatch("a whole number of 64 bits");

    public double GetDouble() => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Mismatch("a number");

    public TimeSpan GetTimeSpan(bool allowInfinite = true)
    {
        if (Text is not null && Duration.TryParse(Text, out var duration) && (allowInfinite || duration != Timeout.InfiniteTimeSpan)) return duration;
        throw Mismatch(Duration.Expected + (allowInfinite ? ", or infinite" : ""));
    }

    public long? GetByteSize() => Text is not null && ByteSize.TryParse(Text, out var bytes) ? bytes : throw Mismatch(ByteSize.Expected);

    public IList<string> GetStringList() => GetArray().Select(item => item.GetString()).ToList();

    public override string ToString() => Render();

    private List<HoconValue>? NumberedFields()
    {
        // An object whose keys are numbers reads as an array: that is how single elements are set from system properties.
        if (_fields is not { Items.Count: > 0 }) return null;
        var numbered = new SortedList<int, HoconValue>();
        foreach (var (key, value) in _fields.Items)
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) numbered[index] = value;
        return numbered.Count == 0 ? null : [.. numbered.Values];
    }

    private string Render() =>
        _fields is not null ? $"{{{string.Join(", ", _fields.Items.Select(field => $"{HoconPath.Render([field.Key])} = {field.Value.Render()}"))}}}"
        : _items is not null ? $"[{string.Join(", ", _items.Select(item => item.Render()))}]"
        : Text is null ? "null" : $"\"{Text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r")}\"";

    private ConfigurationException Mismatch(string expected)
    {
        var found = _fields is not null ? "an object" : _items is not null ? "an array" : Text is null ? "null" : $"\"{Text}\"";
        return Origin.Error($"expected {expected}, but found {found}");
    }
}
