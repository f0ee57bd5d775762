using System.Buffers.Text;
using DynamoActors.Core.Buckets;
using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>Reads numbers and times as Redis does.</summary>
internal static class Arguments
{
    /// <summary>Digits without a plus, a leading zero or a blank.</summary>
    public static bool TryReadInteger(this Argument argument, out long value)
    {
        value = 0;
        var digits = argument.Span;
        if (digits.Length > 1 && digits[0] == '-') digits = digits[1..];
        if (digits.IsEmpty || !char.IsAsciiDigit((char)digits[0]) || digits[0] == '0' && argument.Length > 1) return false;
        return Utf8Parser.TryParse(argument.Span, out value, out var length) && length == argument.Length;
    }

    /// <exception cref="CommandFailedException">It is none.</exception>
    public static long ReadInteger(this Argument argument) =>
        argument.TryReadInteger(out var value) ? value : throw new CommandFailedException(ErrorTexts.NotAnInteger);

    /// <summary>The moment that an amount of time means, in milliseconds since 1970.</summary>
    /// <param name="unit">Milliseconds in one of it.</param>
    /// <param name="command">Whose argument it is.</param>
    /// <exception cref="CommandFailedException">It is no number, or more than a hundred years away.</exception>
    public static long ReadMoment(this Argument argument, long unit, bool isAbsolute, long now, string command)
    {
        var moment = (Int128)argument.ReadInteger() * unit + (isAbsolute ? 0 : now);
        if (moment > now + (long)BucketSettings.TtlLimit.TotalMilliseconds || moment < long.MinValue)
            throw new CommandFailedException(ErrorTexts.InvalidExpiry(command));
        return (long)moment;
    }
}
