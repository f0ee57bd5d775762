using System.Globalization;

namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>What all parts of one open store share.</summary>
internal sealed class LsmContext(StorageOptions storage, LsmOptions options)
{
    private const string TableSuffix = ".table";

    public IFileSystem FileSystem => storage.FileSystem;
    public string Directory => storage.Directory;
    public TimeProvider Time => storage.Time;
    public LsmOptions Options { get; } = options;
    public BlockCache Cache { get; } = new(options.BlockCacheBytes);
    public LsmCounters Counters { get; } = new();

    public string RepairAdvice => storage.RepairAdvice;

    public void ReportDamage(string path) => storage.DamageFound?.Invoke(path);

    public string PathOf(string name) => Path.Combine(Directory, name);

    public static string TableName(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D6}{TableSuffix}");

    public string TablePath(long number) => PathOf(TableName(number));

    public static bool IsTableName(string name, out long number)
    {
        number = 0;
        return name.EndsWith(TableSuffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - TableSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

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
}
