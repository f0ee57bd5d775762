using System.Runtime.InteropServices;
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// Unbounded queue of many producers and one consumer: rings of slots, each slot numbered so that a producer takes it with one
/// compare-and-swap and the consumer with none. A full ring is closed and followed by one twice as long; a ring that suffices is
/// reused for ever, so a steady flow allocates nothing.
/// </summary>
internal sealed class EnvelopeQueue
{
    private const int FirstLength = 8;
    private const int LengthMax = 1024;

    private Ring _head;
    private volatile Ring _tail;

    internal EnvelopeQueue() => _head = _tail = new Ring(FirstLength);

    /// <summary>
    /// True also for a message that a producer is still writing. Exact on the consumer's side after a full fence, which is what
    /// lets a mailbox go idle without losing a message.
    /// </summary>
    internal bool HasMessages => _head.HasMessages || _head.Next is not null;

    internal void Enqueue(object message, IActorRef? sender)
    {
        while (true)
        {
            Ring tail = _tail;
            if (tail.TryEnqueue(message, sender))
                return;
            Grow(tail);
        }
    }

    /// <summary>By the consumer only. False when empty, or when the next message is still being written.</summary>
    internal bool TryDequeue(out Envelope envelope)
    {
        while (true)
        {
            Ring head = _head;
            if (head.TryDequeue(out envelope))
                return true;
            Ring? next = head.Next;
            if (next is null || head.HasMessages)
                return false;
            // Closed and drained: nobody can write to it any more.
            _head = next;
        }
    }

    internal int Count
    {
        get
        {
            int count = 0;
            for (Ring? ring = _head; ring is not null; ring = ring.Next)
                count += ring.Count;
            return count;
        }
    }

    private void Grow(Ring full)
    {
        lock (this)
        {
            if (_tail != full)
                return;
            full.Close();
            var next = new Ring(Math.Min(full.Length * 2, LengthMax));
            full.Next = next;
            _tail = next;
        }
    }

    private struct Slot
    {
        internal object? Message;
        internal IActorRef? Sender;

        /// <summary>Equal to the position when free for it, position + 1 when written, position + length once consumed.</summary>
        internal int Turn;
    }

    // A cache line apart: the consumer's progress must not slow the producers down.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Counters
    {
        [FieldOffset(0)]
        internal int Consumed;

        [FieldOffset(64)]
        internal int Taken;
    }

    private sealed class Ring
    {
        private readonly Slot[] _slots;
        private readonly int _mask;

        private volatile Ring? _next;
        private volatile bool _closed;
        private Counters _counters;

        internal Ring(int length)
        {
            _slots = new Slot[length];
            _mask = length - 1;
            for (int i = 0; i < length; i++)
                _slots[i].Turn = i;
        }

        internal int Length => _slots.Length;

        internal Ring? Next
        {
            get => _next;
            set => _next = value;
        }

        // A closed ring's counter is shifted by twice its length: no slot ever has that turn.
        internal bool HasMessages => TakenWhileOpen != Volatile.Read(ref _counters.Consumed);

        internal int Count => TakenWhileOpen - Volatile.Read(ref _counters.Consumed);

        private int TakenWhileOpen
        {
            get
            {
                int taken = Volatile.Read(ref _counters.Taken);
                return _closed ? taken - (_slots.Length * 2) : taken;
            }
        }

        internal bool TryEnqueue(object message, IActorRef? sender)
        {
            Slot[] slots = _slots;
            while (true)
            {
                int taken = Volatile.Read(ref _counters.Taken);
                ref Slot slot = ref slots[taken & _mask];
                int turn = Volatile.Read(ref slot.Turn);
                if (turn == taken)
                {
                    if (Interlocked.CompareExchange(ref _counters.Taken, taken + 1, taken) != taken)
                        continue;
                    slot.Message = message;
                    slot.Sender = sender;
                    Volatile.Write(ref slot.Turn, taken + 1);
                    return true;
                }
                if (turn - taken < 0)
                    return false;
            }
        }

        internal bool TryDequeue(out Envelope envelope)
        {
            int position = _counters.Consumed;
            ref Slot slot = ref _slots[position & _mask];
            if (Volatile.Read(ref slot.Turn) != position + 1)
            {
                envelope = default;
                return false;
            }
            envelope = new Envelope(slot.Message!, slot.Sender);
            slot.Message = null;
            slot.Sender = null;
            Volatile.Write(ref slot.Turn, position + _slots.Length);
            Volatile.Write(ref _counters.Consumed, position + 1);
            return true;
        }

        internal void Close()
        {
            Interlocked.Add(ref _counters.Taken, _slots.Length * 2);
            _closed = true;
        }
    }
}
