using DynamoActors.Core.Buckets;
using DynamoActors.Core.Counters;
using DynamoActors.Node.Requests;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>Numbers that are counted up and down, in a database whose bucket has the policy <c>counter</c>.</summary>
internal static class CounterCommands
{
    public static ValueTask<Reply> IncrAsync(Call call) => AddAsync(call, 1);

    public static ValueTask<Reply> DecrAsync(Call call) => AddAsync(call, -1);

    public static ValueTask<Reply> IncrByAsync(Call call) => AddAsync(call, call.Arguments[2].ReadInteger());

    public static ValueTask<Reply> DecrByAsync(Call call) => call.Arguments[2].ReadInteger() is var by and > long.MinValue
        ? AddAsync(call, -by)
        : throw new CommandFailedException("ERR decrement would overflow");

    private static async ValueTask<Reply> AddAsync(Call call, long by)
    {
        var bucket = call.Services.Databases.NameOf(call.Database);
        var policy = call.Services.Node.Bucket(bucket).Policy;
        if (policy != ConflictPolicy.Counter)
            throw new CommandFailedException(
                $"ERR {call.Arguments[0].Text.ToUpperInvariant()} needs a database of counters, which all sides of a partition can add "
                + "to. Nothing was done. "
                + (policy == ConflictPolicy.Lww ? "This one has values: SELECT another." : $"PUT /buckets/{bucket}/props with "
                    + "{\"policy\":\"counter\"} makes this one such, before anything is written to it."));
        var outcome = await call.AddAsync(call.Arguments[1].Bytes, new CounterAdd(by));
        if (outcome is ObjectWritten written && Counter.TryValue(written.Object, out var number)) return new IntegerReply(Clamped(number));
        throw new CommandFailedException(ErrorTexts.Of(outcome, isWrite: true));
    }

    /// <summary>Two sides of a partition may have added more together than fits; then nothing more can be added.</summary>
    private static long Clamped(Int128 number) =>
        number > long.MaxValue ? long.MaxValue : number < long.MinValue ? long.MinValue : (long)number;
}
