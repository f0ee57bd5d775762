namespace DynamoActors.Storage.Lsm.Tables;

/// <summary>
/// One immutable table file, open for reading, with its index and filter in memory. Counted: it is closed with its last holder,
/// and its file is deleted then if it was retired meanwhile.
/// </summary>
internal sealed class Table
{
    private readonly LsmContext _context;
    private readonly IFile? _file;
    private readonly TableIndex? _index;
    private readonly BloomFilter? _filter;
    private readonly StorageException? _damage;
    private readonly ValueUse[] _values;
    private int _holders = 1;
    private volatile bool _isRetired;
    private string? _damagedFile;

    private Table(LsmContext context, long number, string path, ValueUse[] values)
    {
        _context = context;
        _values = values;
        foreach (var use in values)
            context.Values.Hold(use.File);
        Number = number;
        Path = path;
        try
        {
            _file = context.FileSystem.Open(path, FileOpening.Read);
            var footer = ReadFooter(_file);
            _index = Decode(footer.Index, bytes => new TableIndex(bytes, DataEnd(footer)));
            if (footer.Filter.Length > 0)
                _filter = Decode(footer.Filter, bytes => new BloomFilter(bytes));
        }
        catch (StorageCorruptException damage)
        {
            _damage = damage;
        }
        catch (FileNotFoundException)
        {
            _damage = new StorageCorruptException(path, 0, "the file is missing");
        }
    }

    public long Number { get; }
    public string Path { get; }

    /// <summary>Of a sound table: where its blocks are.</summary>
    public TableIndex Index
    {
        get
        {
            ThrowIfDamaged();
            return _index!;
        }
    }

    /// <summary>Null where that is damaged; there though the filter or an entry may be.</summary>
    public TableIndex? IndexIfSound => _index;

    public bool IsMissing => _file is null;

    public IFile File => _file!;

    /// <summary>Why nothing of the table can be read; null where its index is sound.</summary>
    public StorageException? Damage => _damage;

    /// <summary>Something of it was found broken: background work leaves the table alone, reads of its sound blocks go on.</summary>
    public bool IsDamaged => DamagedFile is not null;

    /// <summary>Its own, or that of one of its values; the first that was found.</summary>
    public string? DamagedFile => _damage is not null ? Path : Volatile.Read(ref _damagedFile);

    public void NoteDamage() => NoteDamage(Path);

    private void NoteDamage(string file)
    {
        if (Interlocked.CompareExchange(ref _damagedFile, file, null) is null)
            _context.ReportDamage(file);
    }

    /// <summary>Opens the file. Damage does not fail here but at each read of the table's range, so that the rest stays readable.</summary>
    public static Table Open(LsmContext context, TableMeta meta) =>
        new(context, meta.Number, context.TablePath(meta.Number), meta.Values);

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        _file?.Dispose();
        if (_isRetired)
            _context.DeleteUnused(Path);
        foreach (var use in _values)
            _context.Values.Release(use.File);
    }

    /// <summary>No set of levels will name the file again: it goes with its last reader.</summary>
    public void Retire()
    {
        if (_isRetired)
            return;
        _isRetired = true;
        foreach (var use in _values)
            _context.Values.Retire(use.File);
    }

    /// <summary>The value that a stub of this table stands for.</summary>
    public ReadOnlyMemory<byte> ReadApart(ReadOnlyMemory<byte> stub) => ReadApart(stub, int.MaxValue, out _);

    private ReadOnlyMemory<byte> ReadApart(ReadOnlyMemory<byte> stub, int bytesMax, out int unread)
    {
        try
        {
            var place = ValuePlace.Read(stub, out _);
            unread = place.Length > bytesMax ? place.Length : 0;
            return unread > 0 ? default : _context.Values.Read(place);
        }
        catch (StorageCorruptException damage)
        {
            NoteDamage(damage.File);
            throw;
        }
        catch (InvalidDataException broken)
        {
            throw Damaged(0, "an entry does not say where its value lies", broken);
        }
    }

    /// <summary>False: the table knows nothing of the key. A deletion is found with <paramref name="isDelete"/> set.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, ulong hash, int bytesMax, out ReadOnlyMemory<byte> value, out int unread, out bool isDelete)
    {
        value = default;
        unread = 0;
        isDelete = false;
        ThrowIfDamaged();
        if (_filter is not null && !_filter.MayContain(hash))
        {
            _context.Counters.CountBloomNegative();
            return false;
        }
        var block = _index!.Find(key);
        return block < _index.Count && TryGetFromBlock(_index.PlaceOf(block), key, bytesMax, out value, out unread, out isDelete);
    }

    private bool TryGetFromBlock(
        BlockPlace place, ReadOnlySpan<byte> key, int bytesMax, out ReadOnlyMemory<byte> value, out int unread, out bool isDelete)
    {
        value = default;
        unread = 0;
        isDelete = false;
        var cached = _context.Cache.TryPin(Number, place.Offset) ?? LoadIntoCache(place);
        try
        {
            // What does not go into the cache is read into an array of its own, and the value may share it.
            var whole = cached is null ? ReadBlock(place) : null;
            var bytes = cached is null ? whole : cached.Bytes;
            if (!Block.TryFind(bytes, key, out var found))
                return false;
            isDelete = found.Kind == EntryKind.Delete;
            if (found.Kind == EntryKind.Apart)
                value = ReadApart(Copy(bytes.Slice(found.ValueAt, found.ValueLength)), bytesMax, out unread);
            else if (found.ValueLength > 0)
                value = whole is not null && found.ValueLength > whole.Length / 2
                    ? whole.AsMemory(found.ValueAt, found.ValueLength)
                    : Copy(bytes.Slice(found.ValueAt, found.ValueLength));
            return true;
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentOutOfRangeException or OverflowException)
        {
            throw Damaged(place.Offset, "a block does not hold what its checksum promised", broken);
        }
        finally
        {
            cached?.Unpin();
        }
    }

    /// <summary>A block in an array of its own.</summary>
    public byte[] ReadThroughCache(BlockPlace place)
    {
        if ((_context.Cache.TryPin(Number, place.Offset) ?? LoadIntoCache(place)) is not { } cached)
            return ReadBlock(place);
        var copy = Copy(cached.Bytes);
        cached.Unpin();
        return copy;
    }

    /// <summary>What the table says of itself.</summary>
    public (TableProperties Properties, long At) ReadProperties()
    {
        ThrowIfDamaged();
        var footer = ReadFooter(_file!);
        return (Decode(footer.Properties, bytes => TableProperties.Read(bytes)), footer.Properties.Offset);
    }

    public StorageCorruptException Damaged(long offset, string what, Exception? inner)
    {
        NoteDamage();
        return new StorageCorruptException(Path, offset, inner is null ? what : $"{what} ({inner.Message})");
    }

    private CachedBlock? LoadIntoCache(BlockPlace place)
    {
        var stored = _context.Cache.Reserve(Number, place.Offset, place.Length);
        if (stored is null)
            return null;
        var isFilled = false;
        try
        {
            BlockFile.ReadStored(_file!, Path, place.Offset, stored.Buffer.AsSpan(0, place.Length));
            var compression = BlockFile.Check(Path, Number, place.Offset, stored.Bytes);
            stored.Length = place.Length - TableFormat.TrailerBytes;
            if (compression == BlockCompression.None)
            {
                _context.Cache.Publish(stored);
                isFilled = true;
                return stored;
            }
            return Decompress(place, stored.Bytes);
        }
        catch (StorageCorruptException)
        {
            NoteDamage();
            throw;
        }
        finally
        {
            if (!isFilled)
                stored.Unpin();
        }
    }

    private CachedBlock? Decompress(BlockPlace place, ReadOnlySpan<byte> payload)
    {
        var block = _context.Cache.Reserve(Number, place.Offset, BlockFile.DecompressedLength(Path, place.Offset, payload));
        if (block is null)
            return null;
        try
        {
            BlockFile.Decompress(Path, place.Offset, payload, block.Buffer.AsSpan(0, block.Length));
        }
        catch
        {
            block.Unpin();
            throw;
        }
        _context.Cache.Publish(block);
        return block;
    }

    private byte[] ReadBlock(BlockPlace place)
    {
        try
        {
            return BlockFile.ReadWhole(_file!, Path, Number, place);
        }
        catch (StorageCorruptException)
        {
            NoteDamage();
            throw;
        }
    }

    private static byte[] Copy(ReadOnlySpan<byte> value)
    {
        var copy = GC.AllocateUninitializedArray<byte>(value.Length);
        value.CopyTo(copy);
        return copy;
    }

    private void ThrowIfDamaged()
    {
        if (_damage is not null)
            throw _damage;
    }

    private T Decode<T>(BlockPlace place, Func<byte[], T> decode)
    {
        var bytes = BlockFile.ReadWhole(_file!, Path, Number, place);
        try
        {
            return decode(bytes);
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            throw new StorageCorruptException(Path, place.Offset, broken.Message);
        }
    }

    private TableFormat.Footer ReadFooter(IFile file)
    {
        var at = file.Length - TableFormat.FooterBytes;
        Span<byte> bytes = stackalloc byte[TableFormat.FooterBytes];
        var read = at < 0 ? 0 : file.Read(at, bytes);
        return TableFormat.Footer.Read(Path, Number, bytes[..read], at);
    }

    private static long DataEnd(TableFormat.Footer footer) => footer.Filter.Length > 0 ? footer.Filter.Offset : footer.Index.Offset;
}
