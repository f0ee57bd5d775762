using Akka.Embedded;

namespace Akka.Actor;

/// <summary>
/// Timers in a wheel of slots, one for each of the next ticks and those that lie whole turns behind it: adding and removing take constant
/// time. Holds no clock: every call is given the time. Times are in units of 100 ns since the same moment; not thread-safe.
/// </summary>
internal sealed class TimerWheel(TimeSpan tick)
{
    private const int Slots = 512;

    private readonly long _tick = Math.Max(tick.Ticks, TimeSpan.TicksPerMillisecond);
    private readonly TimerEntry?[] _slots = new TimerEntry?[Slots];
    private long _current = -1;
    private long _order;
    private int _count;

    /// <summary>Adds a timer for <paramref name="due"/>, or for the next tick where that has passed.</summary>
    /// <returns>When to look for it.</returns>
    public long Add(TimerEntry entry, long due)
    {
        long tick = Math.Max(TickOf(due), _current + 1);
        entry.Due = due;
        entry.Order = ++_order;
        entry.Slot = SlotOf(tick);
        entry.Previous = null;
        entry.Next = _slots[entry.Slot];
        if (entry.Next is not null)
            entry.Next.Previous = entry;
        _slots[entry.Slot] = entry;
        _count++;
        return tick * _tick;
    }

    /// <summary>Adds a timer that has fired again, an interval later. Times that were missed altogether are left out.</summary>
    public void AddAgain(TimerEntry entry) => Add(entry, Math.Max(entry.Due + entry.Interval!.Value.Ticks, _current * _tick));

    public void Remove(TimerEntry entry)
    {
        if (entry.Slot < 0)
            return;
        if (entry.Previous is null)
            _slots[entry.Slot] = entry.Next;
        else
            entry.Previous.Next = entry.Next;
        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;
        entry.Next = entry.Previous = null;
        entry.Slot = -1;
        _count--;
    }

    /// <summary>Takes out what is due, in the order of the due times, and where these are equal in the order of adding.</summary>
    public void TakeDue(long now, List<TimerEntry> due)
    {
        long until = now / _tick;
        // After a long pause one turn of the wheel sees every entry.
        for (long tick = Math.Max(_current + 1, until - Slots + 1); _count > 0 && tick <= until; tick++)
        {
            TimerEntry? entry = _slots[SlotOf(tick)];
            while (entry is not null)
            {
                TimerEntry? next = entry.Next;
                if (TickOf(entry.Due) <= until)
                {
                    Remove(entry);
                    due.Add(entry);
                }
                entry = next;
            }
        }
        _current = Math.Max(_current, until);
        if (due.Count > 1)
            due.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Order.CompareTo(b.Order));
    }

    /// <summary>When to look again; null if there is no timer. The next slot in use may hold only later turns: looking costs nothing.</summary>
    public long? NextLook()
    {
        if (_count == 0)
            return null;
        int ahead = 1;
        while (_slots[SlotOf(_current + ahead)] is null)
            ahead++;
        return (_current + ahead) * _tick;
    }

    // One tick more than the time: a timer may be late, never early.
    private long TickOf(long due) => (due / _tick) + 1;

    private static int SlotOf(long tick) => (int)(tick & (Slots - 1));
}
