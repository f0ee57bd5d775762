namespace DynamoActors.Node.HintedHandoff;

/// <summary>
/// How many deliveries may be under way to one node. Grows by one for each window that is answered quickly, halves where an answer takes
/// many times as long as the quickest has lately, or is refused: handoff takes what the node has to spare and leaves the rest to clients.
/// </summary>
internal sealed class DeliveryWindow
{
    public const int SizeMin = 4;
    public const int SizeMax = 256;

    private const double SlowFactor = 4;
    private const double QuickestRise = 1.01;
    private static readonly TimeSpan _alwaysQuick = TimeSpan.FromMilliseconds(5);

    private double _size = 16;
    private double _quickestTicks = _alwaysQuick.Ticks;
    private int _untilNextCut;

    public int Size => (int)_size;

    public void Answered(TimeSpan took, bool refused)
    {
        _quickestTicks = Math.Min(_quickestTicks * QuickestRise, Math.Max(took.Ticks, 1));
        bool isSlow = took > _alwaysQuick && took.Ticks > _quickestTicks * SlowFactor;
        if (_untilNextCut > 0) _untilNextCut--;
        if (!refused && !isSlow)
        {
            _size = Math.Min(_size + 1 / _size, SizeMax);
        }
        else if (_untilNextCut == 0)
        {
            // Answers to what was sent before the cut say nothing about the smaller window.
            _untilNextCut = Size;
            _size = Math.Max(_size / 2, SizeMin);
        }
    }
}
