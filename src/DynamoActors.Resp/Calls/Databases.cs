using System.Globalization;
using DynamoActors.Core.Buckets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Resp.Calls;

/// <summary>Redis's numbered databases, each a bucket in which the last write wins, or one of counters. Any thread may call.</summary>
internal sealed class Databases(IStoreNode node, int count)
{
    private readonly string[] _names = [.. Enumerable.Range(0, count).Select(
        number => string.Create(CultureInfo.InvariantCulture, $"redis-{number}"))];

    private readonly Lock _gate = new();
    private readonly Task[] _setting = [.. Enumerable.Repeat(Task.CompletedTask, count)];

    public int Count => count;

    public string NameOf(int database) => _names[database];

    /// <summary>Before anything is written: a client of Redis cannot be shown siblings.</summary>
    /// <exception cref="CommandFailedException">The bucket's policy is another, and cannot be set at present.</exception>
    public ValueTask RequireAsync(int database) => IsSet(database) ? default : new ValueTask(SetAsync(database));

    // Nor is there more than one version of a counter to show.
    private bool IsSet(int database) => node.Bucket(_names[database]).Policy != ConflictPolicy.Siblings;

    private async Task SetAsync(int database)
    {
        Task setting;
        lock (_gate)
        {
            if (_setting[database].IsCompleted && !IsSet(database))
                _setting[database] = node.SetBucketAsync(
                    _names[database], new BucketSettings { Policy = ConflictPolicy.Lww }, BucketFields.Policy);
            setting = _setting[database];
        }

        try
        {
            await setting;
        }
        catch (BucketNotSetException failure)
        {
            throw new CommandFailedException(ErrorTexts.Of(failure));
        }
    }
}
