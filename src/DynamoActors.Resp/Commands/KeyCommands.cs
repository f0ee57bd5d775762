using System.Globalization;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>Keys: whether they are there, for how long, and which there are.</summary>
internal static class KeyCommands
{
    /// <summary>A page of a listing asks every node, however short it is.</summary>
    private const int ScanCountMin = 250;

    public static async ValueTask<Reply> DelAsync(Call call)
    {
        await call.Services.Databases.RequireAsync(call.Database);
        long deleted = 0;
        await ManyKeys.WriteEachAsync(ManyKeys.Distinct(call.Arguments.Skip(1)), async key =>
        {
            if (await Update.DeleteAsync(call, key)) Interlocked.Increment(ref deleted);
        });
        return new IntegerReply(deleted);
    }

    public static async ValueTask<Reply> ExistsAsync(Call call)
    {
        long present = 0;
        await ManyKeys.ReadEachAsync(call, call.Arguments[1..], (read, _) =>
        {
            if (read is not null) Interlocked.Increment(ref present);
            return ValueTask.CompletedTask;
        });
        return new IntegerReply(present);
    }

    public static async ValueTask<Reply> TypeAsync(Call call) =>
        new SimpleReply(await Update.ReadAsync(call, call.Arguments[1]) is null ? "none" : "string");

    public static ValueTask<Reply> TtlAsync(Call call) => ExpiryAsync(call, (at, now) => (Math.Max(0, at - now) + 500) / 1000);

    public static ValueTask<Reply> PTtlAsync(Call call) => ExpiryAsync(call, (at, now) => Math.Max(0, at - now));

    public static ValueTask<Reply> ExpireTimeAsync(Call call) => ExpiryAsync(call, (at, _) => (at + 500) / 1000);

    public static ValueTask<Reply> PExpireTimeAsync(Call call) => ExpiryAsync(call, (at, _) => at);

    public static ValueTask<Reply> ExpireAsync(Call call) => ExpireAsync(call, 1000, isAbsolute: false);

    public static ValueTask<Reply> PExpireAsync(Call call) => ExpireAsync(call, 1, isAbsolute: false);

    public static ValueTask<Reply> ExpireAtAsync(Call call) => ExpireAsync(call, 1000, isAbsolute: true);

    public static ValueTask<Reply> PExpireAtAsync(Call call) => ExpireAsync(call, 1, isAbsolute: true);

    public static ValueTask<Reply> PersistAsync(Call call) => Update.DecideAsync(call, call.Arguments[1], current =>
        current is { ExpiresAtUnixMilliseconds: not null } ? (new Change(new Argument(current.Value), null), Reply.One)
            : (null, Reply.Zero));

    public static async ValueTask<Reply> DbSizeAsync(Call call)
    {
        long count = 0;
        ReadOnlyMemory<byte>? after = ReadOnlyMemory<byte>.Empty;
        while (after is { } from)
        {
            var listed = await ListAsync(call, default, from, ListKeys.LimitMax);
            count += listed.Keys.Length;
            after = listed.Next;
        }

        return new IntegerReply(count);
    }

    public static async ValueTask<Reply> ScanAsync(Call call)
    {
        var pattern = default(ReadOnlyMemory<byte>);
        var (count, isOfStrings, hasPattern) = (10L, true, false);
        if (!ulong.TryParse(call.Arguments[1].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor))
            throw new CommandFailedException("ERR invalid cursor");
        for (var at = 2; at < call.Arguments.Length; at += 2)
        {
            if (at + 1 == call.Arguments.Length) throw new CommandFailedException(ErrorTexts.Syntax);
            var value = call.Arguments[at + 1];
            if (call.Arguments[at].Is("match"u8)) (pattern, hasPattern) = (value.Bytes, true);
            else if (call.Arguments[at].Is("type"u8)) isOfStrings = value.Is("string"u8);
            else if (!call.Arguments[at].Is("count"u8)) throw new CommandFailedException(ErrorTexts.Syntax);
            else if ((count = value.ReadInteger()) < 1) throw new CommandFailedException(ErrorTexts.Syntax);
        }

        var after = ReadOnlyMemory<byte>.Empty;
        if (cursor != 0 && !call.Services.Cursors.TryFind(cursor, call.Database, out after))
            throw new CommandFailedException($"ERR invalid cursor: this node does not know {cursor} in this database. It knows the "
                + $"latest {ScanCursors.CursorsMax} that it gave out itself: begin again with 0, and stay with one node.");
        if (!isOfStrings) return Reply.Array([Reply.Of("0"), Reply.Array([])]);
        var prefix = hasPattern ? GlobPattern.Prefix(pattern.Span).ToArray() : [];
        // No key is so long.
        if (prefix.Length > call.Services.Limits.KeyBytesMax) return Reply.Array([Reply.Of("0"), Reply.Array([])]);
        var listed = await ListAsync(call, prefix, after, (int)Math.Clamp(count, ScanCountMin, ListKeys.LimitMax));
        var next = listed.Next is { } last ? call.Services.Cursors.Keep(call.Database, last) : 0;
        var keys = listed.Keys.Where(key => !hasPattern || GlobPattern.Matches(pattern.Span, key.Span));
        return Reply.Array([
            Reply.Of(next.ToString(CultureInfo.InvariantCulture)), Reply.Array(keys.Select(key => new BulkReply(key)))]);
    }

    private static async ValueTask<KeysListed> ListAsync(
        Call call, ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, int limit) =>
        await call.ListAsync(prefix, after, limit) is var outcome && outcome is KeysListed listed ? listed
            : throw new CommandFailedException(ErrorTexts.Of(outcome, isWrite: false));

    private static async ValueTask<Reply> ExpiryAsync(Call call, Func<long, long, long> shown) =>
        await Update.ReadAsync(call, call.Arguments[1]) switch
        {
            null => new IntegerReply(-2),
            { ExpiresAtUnixMilliseconds: { } at } => new IntegerReply(shown(at, call.Services.UnixMilliseconds)),
            _ => new IntegerReply(-1),
        };

    private static ValueTask<Reply> ExpireAsync(Call call, long unit, bool isAbsolute)
    {
        var command = call.Arguments[0].Text.ToLowerInvariant();
        var moment = call.Arguments[2].ReadMoment(unit, isAbsolute, call.Services.UnixMilliseconds, command);
        var (nx, xx, gt, lt) = (false, false, false, false);
        foreach (var option in call.Arguments.AsSpan(3))
        {
            if (option.Is("nx"u8)) nx = true;
            else if (option.Is("xx"u8)) xx = true;
            else if (option.Is("gt"u8)) gt = true;
            else if (option.Is("lt"u8)) lt = true;
            else throw new CommandFailedException($"ERR Unsupported option {option.Text}");
        }

        if (nx && (xx || gt || lt))
            throw new CommandFailedException("ERR NX and XX, GT or LT options at the same time are not compatible");
        if (gt && lt) throw new CommandFailedException("ERR GT and LT options at the same time are not compatible");
        return Update.DecideAsync(call, call.Arguments[1], current =>
        {
            // One that never expires does so later than any other.
            var until = current?.ExpiresAtUnixMilliseconds;
            var isRefused = nx && until is not null || xx && until is null || gt && (until is null || moment <= until)
                || lt && moment >= until;
            if (current is null || isRefused) return (null, Reply.Zero);
            return (new Change(new Argument(current.Value), moment), Reply.One);
        });
    }
}
