using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DynamoActors.Resp.Calls;

/// <summary>
/// Where scans of this node go on. Clients take a cursor for a number of 64 bits, which no key fits into: the number is drawn by lot, and
/// the key is kept here. Another node, and this one after a restart, knows nothing of it, and says so. Any thread may call.
/// </summary>
internal sealed class ScanCursors
{
    /// <summary>The oldest go first. Each is a key of at most 1,024 bytes.</summary>
    public const int CursorsMax = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, (int Database, ReadOnlyMemory<byte> After)> _cursors = [];
    private readonly Queue<ulong> _oldestFirst = new();

    public ulong Keep(int database, ReadOnlyMemory<byte> after)
    {
        lock (_gate)
        {
            // Positive also for those who read it as a signed number.
            var cursor = (BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 1) | 1;
            _cursors[cursor] = (database, after.ToArray());
            _oldestFirst.Enqueue(cursor);
            if (_oldestFirst.Count > CursorsMax) _cursors.Remove(_oldestFirst.Dequeue());
            return cursor;
        }
    }

    /// <summary>A cursor may be used again, as Redis allows.</summary>
    public bool TryFind(ulong cursor, int database, out ReadOnlyMemory<byte> after)
    {
        lock (_gate)
        {
            var isKnown = _cursors.TryGetValue(cursor, out var found) && found.Database == database;
            after = found.After;
            return isKnown;
        }
    }
}
