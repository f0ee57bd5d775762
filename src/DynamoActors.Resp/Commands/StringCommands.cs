using DynamoActors.Core.Versioning;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>Values.</summary>
internal static class StringCommands
{
    public static async ValueTask<Reply> GetAsync(Call call) => ValueOf(await Update.ReadAsync(call, call.Arguments[1]));

    public static async ValueTask<Reply> StrLenAsync(Call call) =>
        new IntegerReply((await Update.ReadAsync(call, call.Arguments[1]))?.Value.Length ?? 0);

    public static async ValueTask<Reply> MGetAsync(Call call)
    {
        var keys = call.Arguments[1..];
        var values = new Reply[keys.Length];
        await ManyKeys.ReadEachAsync(call, keys, async (read, index) =>
        {
            values[index] = ValueOf(read);
            if (!await call.CountAsync(values[index].Bytes))
                throw new CommandFailedException($"BUSY The values have too many bytes together (at most {call.Services.AnswerBytesMax}), "
                    + "or others' answers take the room at present: ask for fewer keys at once.");
        });
        return new ArrayReply(values);
    }

    public static async ValueTask<Reply> SetAsync(Call call)
    {
        var options = SetOptions.OfSet(call.Arguments.AsSpan(3), call.Services.UnixMilliseconds);
        var (key, value) = (call.Arguments[1], call.Arguments[2]);
        if (options.Get || options.KeepsTtl) return await SetKnowingAsync(call, key, value, options);
        return await WriteAsync(call, key, new Change(value, options.ExpiresAt), options) ? Reply.Ok : Reply.Null;
    }

    public static async ValueTask<Reply> SetNxAsync(Call call) => Reply.Of(await WriteAsync(
        call, call.Arguments[1], new Change(call.Arguments[2], null), new SetOptions { IfAbsent = true }));

    public static ValueTask<Reply> SetExAsync(Call call) => SetForAsync(call, 1000, "setex");

    public static ValueTask<Reply> PSetExAsync(Call call) => SetForAsync(call, 1, "psetex");

    public static ValueTask<Reply> GetSetAsync(Call call) =>
        SetKnowingAsync(call, call.Arguments[1], call.Arguments[2], new SetOptions { Get = true });

    public static ValueTask<Reply> GetDelAsync(Call call) => Update.DecideAsync(
        call, call.Arguments[1], current => (current is null ? null : Change.Deletion, ValueOf(current)));

    public static ValueTask<Reply> GetExAsync(Call call)
    {
        var options = SetOptions.OfGetEx(call.Arguments.AsSpan(2), call.Services.UnixMilliseconds);
        if (options is { Persist: false, ExpiresAt: null }) return GetAsync(call);
        return Update.DecideAsync(call, call.Arguments[1], current => (current switch
        {
            null => null,
            { ExpiresAtUnixMilliseconds: null } when options.Persist => null,
            _ => new Change(new Argument(current.Value), options.ExpiresAt),
        }, ValueOf(current)));
    }

    public static async ValueTask<Reply> MSetAsync(Call call)
    {
        if (call.Arguments.Length % 2 == 0) throw new CommandFailedException(ErrorTexts.WrongArity("mset"));
        await call.Services.Databases.RequireAsync(call.Database);
        // Of a key that is given twice the last value counts.
        var pairs = call.Arguments.Skip(1).Chunk(2).Reverse().DistinctBy(pair => pair[0].Text).ToArray();
        await ManyKeys.WriteEachAsync(pairs, async pair =>
            await Update.WriteAsync(call, pair[0], new Change(pair[1], null), default));
        return Reply.Ok;
    }

    private static Reply ValueOf(Sibling? current) => current is null ? Reply.Null : new BulkReply(current.Value);

    private static async ValueTask<bool> WriteAsync(Call call, Argument key, Change change, SetOptions options)
    {
        await call.Services.Databases.RequireAsync(call.Database);
        return await Update.WriteAsync(call, key, change, Update.ConditionsOf(options));
    }

    private static async ValueTask<Reply> SetForAsync(Call call, long unit, string command)
    {
        var now = call.Services.UnixMilliseconds;
        if (call.Arguments[2].ReadInteger() <= 0) throw new CommandFailedException(ErrorTexts.InvalidExpiry(command));
        var moment = call.Arguments[2].ReadMoment(unit, isAbsolute: false, now, command);
        await WriteAsync(call, call.Arguments[1], new Change(call.Arguments[3], moment), default);
        return Reply.Ok;
    }

    /// <summary>What is there decides what is written or answered.</summary>
    private static ValueTask<Reply> SetKnowingAsync(Call call, Argument key, Argument value, SetOptions options) =>
        Update.DecideAsync(call, key, current =>
        {
            var isRefused = options.IfAbsent && current is not null || options.IfPresent && current is null;
            var reply = options.Get ? ValueOf(current) : isRefused ? Reply.Null : Reply.Ok;
            var expiry = options.KeepsTtl ? current?.ExpiresAtUnixMilliseconds : options.ExpiresAt;
            return (isRefused ? null : new Change(value, expiry), reply);
        });
}
