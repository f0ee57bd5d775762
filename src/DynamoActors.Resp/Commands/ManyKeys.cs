using DynamoActors.Core.Versioning;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>One command for many keys is many requests at once. It is no transaction.</summary>
internal static class ManyKeys
{
    /// <summary>What is read is held until all is answered.</summary>
    private const int ReadsAtOnce = 8;

    /// <summary>Where the first of them were small: most of a read's time is the way to another node.</summary>
    private const int SmallReadsAtOnce = 64;

    private const int SmallBytes = 4 * 1024;

    /// <summary>Values are there already, and those of one owner travel, and are made durable, together.</summary>
    private const int WritesAtOnce = 64;

    /// <summary>Ends when all have ended.</summary>
    /// <exception cref="CommandFailedException">Of the first that failed; once there is one, no further is begun.</exception>
    public static async ValueTask ReadEachAsync(Call call, Argument[] keys, Func<Sibling?, int, ValueTask> take)
    {
        var isAnyLarge = false;
        var first = Math.Min(ReadsAtOnce, keys.Length);
        var failed = await RunAsync(0, first, ReadsAtOnce, ReadAsync)
            ?? await RunAsync(first, keys.Length, isAnyLarge ? ReadsAtOnce : SmallReadsAtOnce, ReadAsync);
        if (failed is not null) throw failed;

        async ValueTask ReadAsync(int index)
        {
            var read = await Update.ReadAsync(call, keys[index]);
            if (read?.Value.Length > SmallBytes) isAnyLarge = true;
            await take(read, index);
        }
    }

    /// <summary>Ends when all have ended.</summary>
    /// <exception cref="CommandFailedException">Of the first that failed; once there is one, no further is begun.</exception>
    public static async ValueTask WriteEachAsync<T>(IReadOnlyList<T> keys, Func<T, ValueTask> write)
    {
        if (await RunAsync(0, keys.Count, WritesAtOnce, index => write(keys[index])) is not { } failed) return;
        throw keys.Count == 1 ? failed : new CommandFailedException(
            $"UNKNOWN Of the command's {keys.Count} keys some may have been changed. Of one of them: {failed.Message}");
    }

    /// <summary>Each key once.</summary>
    public static IReadOnlyList<Argument> Distinct(IEnumerable<Argument> keys) => [.. keys.DistinctBy(key => key.Text)];

    private static async ValueTask<CommandFailedException?> RunAsync(int from, int to, int atOnce, Func<int, ValueTask> run)
    {
        var next = from - 1;
        CommandFailedException? failed = null;
        if (to - from == 1) await WorkAsync();
        else await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, to - from)).Select(_ => WorkAsync()));
        return failed;

        async Task WorkAsync()
        {
            while (Volatile.Read(ref failed) is null && Interlocked.Increment(ref next) is var index && index < to)
            {
                try
                {
                    await run(index);
                }
                catch (CommandFailedException failure)
                {
                    Interlocked.CompareExchange(ref failed, failure, null);
                }
            }
        }
    }
}
