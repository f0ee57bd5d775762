using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>What a command makes of a key.</summary>
/// <param name="ExpiresAt">In milliseconds since 1970; null: never, or when the bucket's settings say.</param>
internal sealed record Change(Argument Value, long? ExpiresAt)
{
    public static readonly Change Deletion = new(default, long.MinValue);
}

/// <summary>Reads and writes of one key.</summary>
internal static class Update
{
    private const int AttemptsMax = 32;

    private static readonly Conditions IfPresent = new(["*"], null, null);
    private static readonly Conditions IfAbsent = new(null, ["*"], null);

    public static Conditions ConditionsOf(SetOptions options) =>
        options.IfAbsent ? IfAbsent : options.IfPresent ? IfPresent : default;

    /// <summary>The version that a read quorum knows as the latest; null: there is none, or it is deleted or expired.</summary>
    /// <exception cref="CommandFailedException">No quorum answered.</exception>
    public static async ValueTask<Sibling?> ReadAsync(Call call, Argument key) => await call.GetAsync(key.Bytes) is var outcome
        && outcome is ObjectRead read ? LiveIn(read.Object) : throw new CommandFailedException(ErrorTexts.Of(outcome, isWrite: false));

    /// <summary>Writes or deletes, whatever there is. False: the conditions did not hold.</summary>
    /// <exception cref="CommandFailedException">It was not written, or not for certain.</exception>
    public static async ValueTask<bool> WriteAsync(Call call, Argument key, Change change, Conditions conditions) =>
        await AskAsync(call, key, change, conditions) switch
        {
            ObjectWritten => true,
            ConditionFailed => false,
            var outcome => throw new CommandFailedException(ErrorTexts.Of(outcome, isWrite: true)),
        };

    /// <summary>False: there was nothing to delete.</summary>
    public static ValueTask<bool> DeleteAsync(Call call, Argument key) => WriteAsync(call, key, Change.Deletion, IfPresent);

    /// <summary>
    /// Reads, has it decided what is to become of what was read, and writes that if nobody has written meanwhile as far as a read quorum
    /// knows; otherwise begins again. It is no transaction: of two such writes at the same moment the later one stays.
    /// </summary>
    /// <param name="decide">No change: nothing is written.</param>
    public static async ValueTask<Reply> DecideAsync(Call call, Argument key, Func<Sibling?, (Change? Change, Reply Reply)> decide)
    {
        await call.Services.Databases.RequireAsync(call.Database);
        var outcome = await call.GetAsync(key.Bytes);
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (outcome is not (ObjectRead or ConditionFailed))
                throw new CommandFailedException(ErrorTexts.Of(outcome, isWrite: attempt > 0));
            var current = outcome is ObjectRead read ? read.Object : ((ConditionFailed)outcome).Current;
            var (change, reply) = decide(LiveIn(current));
            if (change is null) return reply;
            var unchanged = current is { IsDeleted: false } ? new Conditions([current.EntityTag], null, null) : IfAbsent;
            outcome = await AskAsync(call, key, change, unchanged);
            if (outcome is ObjectWritten) return reply;
        }

        throw new CommandFailedException(
            $"BUSY Others changed the key each of {AttemptsMax} times that this was about to. Nothing was done.");
    }

    private static Task<ClientOutcome> AskAsync(Call call, Argument key, Change change, Conditions conditions)
    {
        if (change.ExpiresAt is not { } moment) return call.PutAsync(key.Bytes, change.Value, ttl: null, conditions);
        var now = call.Services.UnixMilliseconds;
        // What has expired before it is written is a deletion.
        return moment <= now ? call.DeleteAsync(key.Bytes, conditions)
            : call.PutAsync(key.Bytes, change.Value, TimeSpan.FromMilliseconds(moment - now), conditions);
    }

    /// <summary>A counter's number as text. Of siblings, which the bucket may have from before its policy was set, the latest.</summary>
    private static Sibling? LiveIn(VersionedObject? known) =>
        known is { Siblings: [var first, ..] } && Counter.TryText(known, out var number)
            ? new Sibling(first.Dot, known.LatestTime, Counter.TextType, null, IsTombstone: false, number)
        : known?.KeepLatest() is { Siblings: [{ IsTombstone: false } latest] } ? latest : null;
}
