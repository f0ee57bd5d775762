namespace DynamoActors.Node.Transfers;

/// <summary>
/// How many bytes a second the partitions that move may take at present: more from look to look while clients do not mind, less at once
/// where they do. Pure.
/// </summary>
/// <param name="least">Less would not come to an end; clients bear it.</param>
/// <param name="most">What is taken where there is nobody else.</param>
internal sealed class TransferPace(long least, long most)
{
    /// <summary>Requests that take this long or less are quick, whatever they took before.</summary>
    private static readonly TimeSpan _quick = TimeSpan.FromMilliseconds(5);

    private const double SlowFactor = 2;
    private const double BusyAt = 0.5;
    private const double Cut = 0.7;
    private const double RiseParts = 8;
    private const double Follow = 0.2;

    private TimeSpan? _usual;

    public long BytesPerSecond { get; private set; } = Math.Max(least, most / 2);

    /// <summary>To be called once for each interval that the signs are of.</summary>
    /// <param name="isMoving">What clients are used to is learned while nothing moves; meanwhile only what is better still.</param>
    public void Look(ForegroundSigns signs, bool isMoving)
    {
        if (signs.P99 is { } p99)
            _usual = _usual is not { } usual ? p99
                : isMoving ? TimeSpan.FromTicks(Math.Min(usual.Ticks, p99.Ticks))
                : usual + (p99 - usual) * Follow;
        if (!isMoving) return;
        BytesPerSecond = Suffers(signs)
            ? Math.Max(least, (long)(BytesPerSecond * Cut))
            : (long)Math.Min(most, BytesPerSecond + most / RiseParts);
    }

    private bool Suffers(ForegroundSigns signs) => signs.Admission >= BusyAt || signs.WritePressure >= BusyAt
        || signs.P99 is { } p99 && p99 > _quick && p99 > _usual!.Value * SlowFactor;
}

/// <summary>How a node's clients are at present.</summary>
/// <param name="P99">What 99 of 100 of their requests took no longer than in the latest interval; null: there were none.</param>
/// <param name="Admission">Requests under way, as a part of those that may be.</param>
/// <param name="WritePressure">0: the store's background work keeps up; 1: it refuses writes.</param>
internal readonly record struct ForegroundSigns(TimeSpan? P99, double Admission, double WritePressure);
