using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DynamoActors.Core.Quorum;

/// <summary>
/// How many replicas: a number, or <c>one</c>, <c>quorum</c> (a majority of n) or <c>all</c>, which become numbers once n is known.
/// The default value is <c>quorum</c>.
/// </summary>
public readonly record struct QuorumSetting
{
    private const int OneCode = -1;
    private const int AllCode = -2;
    private const int MajorityCode = 0;

    /// <summary>One of n.</summary>
    public static readonly QuorumSetting One = new(OneCode);
    /// <summary>More than half of n: <c>quorum</c>.</summary>
    public static readonly QuorumSetting Majority = new(MajorityCode);
    /// <summary>All n.</summary>
    public static readonly QuorumSetting All = new(AllCode);

    private QuorumSetting(int code) => Code = code;

    /// <summary>A number from 1 up, or one of the codes of the words, as it is stored.</summary>
    internal int Code { get; }

    /// <summary>A number from 1 up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is zero or negative.</exception>
    public static QuorumSetting Of(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        return new QuorumSetting(number);
    }

    /// <summary>How many of <paramref name="n"/> replicas that is. A number is returned as it is, also where it exceeds n.</summary>
    public int Resolve(int n) => Code switch
    {
        OneCode => 1,
        MajorityCode => (n / 2) + 1,
        AllCode => n,
        _ => Code,
    };

    /// <summary>Reads a number or a word.</summary>
    public static bool TryParse(string text, out QuorumSetting setting, [NotNullWhen(false)] out string? error)
    {
        error = null;
        setting = text switch { "one" => One, "all" => All, _ => Majority };
        if (text is "one" or "quorum" or "all")
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            setting = new QuorumSetting(number);
            return true;
        }
        error = $"'{text}' is not a number from 1 up, 'one', 'quorum' or 'all'.";
        return false;
    }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Code switch
    {
        OneCode => "one",
        MajorityCode => "quorum",
        AllCode => "all",
        _ => Code.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>False where no setting has that code.</summary>
    internal static bool TryFromCode(int code, out QuorumSetting setting)
    {
        setting = new QuorumSetting(Math.Max(code, AllCode));
        return code >= AllCode;
    }
}
