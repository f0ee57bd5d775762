using System.Globalization;
using System.Text;
using DynamoActors.Node.Requests;
using DynamoActors.Storage;

namespace DynamoActors.Server.Repair;

/// <summary>
/// How far reading through a store's tables has come, kept beside the store so that it goes on there in the node's next life: six numbers
/// (the format, 1, the number of the last table that was read, and the figures of <see cref="ScrubState"/>), and the names of damaged
/// tables, a line each. What cannot be read or written is done without: then it begins anew.
/// </summary>
/// <param name="directory">Of the store; the file is <c>scrub</c> in it.</param>
/// <param name="tables">The engine's own directory.</param>
internal sealed class ScrubFile(IFileSystem files, string directory, string tables)
{
    private const long Format = 1;
    private const int Numbers = 6;
    private const int LengthMax = 1 << 20;

    private readonly string _path = Path.Combine(directory, "scrub");

    /// <summary>Null: none was under way.</summary>
    public ScrubState? Read(out long lastRead)
    {
        lastRead = 0;
        try
        {
            if (!files.Exists(_path)) return null;
            using var file = files.Open(_path, FileOpening.Read);
            var bytes = new byte[Math.Min(file.Length, LengthMax)];
            file.Read(0, bytes);
            var lines = Encoding.UTF8.GetString(bytes).Split('\n');
            var numbers = lines.Take(Numbers).Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
            if (numbers is not [Format, var last, var all, var read, var bytesRead, var began]) return null;
            lastRead = last;
            return new ScrubState(ScrubStep.Paused, (int)all, (int)read, bytesRead, DateTimeOffset.FromUnixTimeMilliseconds(began), null,
                [.. lines.Skip(Numbers).Select(name => Path.Combine(tables, name)).Where(files.Exists)]);
        }
        catch (Exception e) when (e is IOException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public void Write(long lastRead, ScrubState state)
    {
        long[] numbers =
            [Format, lastRead, state.Tables, state.TablesRead, state.BytesRead, state.Began!.Value.ToUnixTimeMilliseconds()];
        var text = string.Join('\n', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))
            .Concat(state.Damaged.Select(Path.GetFileName)));
        try
        {
            files.Delete(_path + ".new");
            using (var file = files.Open(_path + ".new", FileOpening.CreateNew)) file.Write(0, Encoding.UTF8.GetBytes(text));
            files.Rename(_path + ".new", _path);
        }
        catch (IOException)
        {
            // Reading through goes on: there may be no space.
        }
    }

    public void Delete()
    {
        try
        {
            files.Delete(_path);
        }
        catch (IOException)
        {
            // The next start finds it, and goes on behind the last table.
        }
    }
}
