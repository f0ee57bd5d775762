using DynamoActors.Resp.Calls;
using DynamoActors.Resp.Protocol;

namespace DynamoActors.Resp.Commands;

/// <summary>What may stand behind the value of a SET, or the key of a GETEX.</summary>
/// <param name="ExpiresAt">In milliseconds since 1970; null: not said.</param>
internal readonly record struct SetOptions(bool IfAbsent, bool IfPresent, bool Get, bool KeepsTtl, bool Persist, long? ExpiresAt)
{
    /// <exception cref="CommandFailedException">One is unknown, or contradicts another.</exception>
    public static SetOptions OfSet(ReadOnlySpan<Argument> arguments, long now) => Read(arguments, now, "set");

    /// <exception cref="CommandFailedException">As above.</exception>
    public static SetOptions OfGetEx(ReadOnlySpan<Argument> arguments, long now) => Read(arguments, now, "getex");

    private static SetOptions Read(ReadOnlySpan<Argument> arguments, long now, string command)
    {
        var isSet = command == "set";
        var options = default(SetOptions);
        for (var at = 0; at < arguments.Length; at++)
        {
            var option = arguments[at];
            var saysExpiry = options.ExpiresAt is not null || options.KeepsTtl || options.Persist;
            if (isSet && option.Is("nx"u8) && !options.IfPresent) options = options with { IfAbsent = true };
            else if (isSet && option.Is("xx"u8) && !options.IfAbsent) options = options with { IfPresent = true };
            else if (isSet && option.Is("get"u8)) options = options with { Get = true };
            else if (isSet && option.Is("keepttl"u8) && !saysExpiry) options = options with { KeepsTtl = true };
            else if (!isSet && option.Is("persist"u8) && !saysExpiry) options = options with { Persist = true };
            else if (UnitOf(option) is { } unit && !saysExpiry && ++at < arguments.Length)
                options = options with { ExpiresAt = ReadExpiry(arguments[at], unit, option.Length == 4, now, command) };
            else throw new CommandFailedException(ErrorTexts.Syntax);
        }

        return options;
    }

    private static long? UnitOf(Argument option) =>
        option.Is("ex"u8) || option.Is("exat"u8) ? 1000 : option.Is("px"u8) || option.Is("pxat"u8) ? 1 : null;

    private static long ReadExpiry(Argument amount, long unit, bool isAbsolute, long now, string command) =>
        amount.ReadInteger() > 0 ? amount.ReadMoment(unit, isAbsolute, now, command)
            : throw new CommandFailedException(ErrorTexts.InvalidExpiry(command));
}
