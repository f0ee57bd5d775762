using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>One command for many keys is many requests at once. It is no transaction.</summary>
internal static class ManyKeys
{
    /// <summary>What is read is held until all is answered.</summary>
    private const int ReadsAtOnce = 8;

    /// <summary>Values are there already, and those of one owner travel, and are made durable, together.</summary>
    private const int WritesAtOnce = 64;

    /// <summary>Ends when all have ended.</summary>
    /// <exception cref="CommandFailedException">The first that one of them threw; once there is one, no further is begun.</exception>
    public static async ValueTask ForEachAsync<T>(IReadOnlyList<T> keys, bool isWrite, Func<T, int, ValueTask> run)
    {
        if (keys.Count == 1)
        {
            await run(keys[0], 0);
            return;
        }

        var next = -1;
        CommandFailedException? failed = null;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(isWrite ? WritesAtOnce : ReadsAtOnce, keys.Count)).Select(async _ =>
        {
            while (Volatile.Read(ref failed) is null && Interlocked.Increment(ref next) is var index && index < keys.Count)
            {
                try
                {
                    await run(keys[index], index);
                }
                catch (CommandFailedException failure)
                {
                    Interlocked.CompareExchange(ref failed, failure, null);
                }
            }
        }));
        if (failed is null) return;
        throw isWrite
            ? new CommandFailedException(
                $"UNKNOWN Of the command's {keys.Count} keys some may have been changed. Of one of them: {failed.Message}")
            : failed;
    }

    /// <summary>Each key once.</summary>
    public static IReadOnlyList<Argument> Distinct(IEnumerable<Argument> keys) => [.. keys.DistinctBy(key => key.Text)];
}
