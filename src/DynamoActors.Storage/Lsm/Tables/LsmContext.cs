using System.Globalization;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>What all parts of one open store share.</summary>
internal sealed class LsmContext
{
    private const string TableSuffix = ".table", ValuesSuffix = ".values";

    private readonly StorageOptions _storage;

    public LsmContext(StorageOptions storage, LsmOptions options)
    {
        _storage = storage;
        Options = options;
        Cache = new BlockCache(options.BlockCacheBytes);
        Values = new ValueFiles(storage.FileSystem, number => PathOf(ValuesName(number)), DeleteUnused);
    }

    public IFileSystem FileSystem => _storage.FileSystem;
    public string Directory => _storage.Directory;
    public TimeProvider Time => _storage.Time;
    public LsmOptions Options { get; }
    public BlockCache Cache { get; }

    /// <summary>Where large values lie.</summary>
    public ValueFiles Values { get; }

    public LsmCounters Counters { get; } = new();

    public string RepairAdvice => _storage.RepairAdvice;

    public void ReportDamage(string path) => _storage.DamageFound?.Invoke(path);

    public string PathOf(string name) => Path.Combine(Directory, name);

    public static string TableName(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D6}{TableSuffix}");

    public string TablePath(long number) => PathOf(TableName(number));

    /// <summary>A value file has the number of the table that it was written with.</summary>
    public static string ValuesName(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D6}{ValuesSuffix}");

    public static bool IsTableName(string name, out long number) => HasNumber(name, TableSuffix, out number);

    public static bool IsValuesName(string name, out long number) => HasNumber(name, ValuesSuffix, out number);

    /// <summary>A file that cannot be deleted now is an orphan that the next start removes.</summary>
    public void DeleteUnused(string path)
    {
        try
        {
            FileSystem.Delete(path);
        }
        catch (IOException)
        {
            Counters.CountFailedDelete();
        }
    }

    private static bool HasNumber(string name, string suffix, out long number)
    {
        number = 0;
        return name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
