using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using DynamoActors.Storage;
using DynamoActors.Storage.Background;
using DynamoActors.Storage.Engines;
using DynamoActors.Storage.Files;

namespace DynamoActors.Benchmarks;

/// <summary>
/// The workloads by which storage engines are usually compared: 16-byte keys in random order, 100-byte values. One line each: operations a
/// second, and the latency that half and 99% of them stayed below.
/// </summary>
internal sealed class StorageBenchmarks : IDisposable
{
    private const int KeyBytes = 16;
    private const int ValueBytes = 100;
    private const int SyncWriters = 64;
    private const int BytesPerFlush = 1 << 20;

    private readonly int _keys;
    private readonly string _directory;
    private readonly string _engineName;
    private readonly BackgroundThread _background = new("background", e => Console.Error.WriteLine(e));
    private IStorageEngine _engine;

    private StorageBenchmarks(string engineName, int keys, string directory)
    {
        (_engineName, _keys, _directory) = (engineName, keys, directory);
        _engine = Open();
    }

    public static int Run(string[] args)
    {
        var engine = Option(args, "--engine") ?? "snapshot";
        var keys = int.Parse(Option(args, "--keys") ?? "1000000", CultureInfo.InvariantCulture);
        var directory = Option(args, "--data") ?? Path.Combine(Path.GetTempPath(), $"storage-benchmark-{Environment.ProcessId}");
        Console.WriteLine($"{engine}, {keys:N0} keys of {KeyBytes} bytes, values of {ValueBytes} bytes, in {directory}");
        try
        {
            using var benchmark = new StorageBenchmarks(engine, keys, directory);
            benchmark.RunAll();
            return 0;
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _background.Dispose();
    }

    private static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    private IStorageEngine Open() => StorageEngines.Open(
        _engineName, new StorageOptions(_directory, new RealFileSystem(), _background, TimeProvider.System));

    private void RunAll()
    {
        FillRandom();
        FillSync();
        Reopen();
        ReadRandom();
        ReadMissing();
        ReadSequential();
        Footprint();
    }

    private void FillRandom()
    {
        var latencies = new Latencies(_keys);
        var watch = Stopwatch.StartNew();
        var batch = new WriteBatch();
        long unflushed = 0;
        for (var i = 0; i < _keys; i++)
        {
            var began = Stopwatch.GetTimestamp();
            batch.Clear();
            AppendPatiently(batch.Put(Key(i), Value(i)));
            latencies.Add(began);
            // Somebody has to hand the log to the disk; as often as a store under this load would.
            unflushed += KeyBytes + ValueBytes;
            if (unflushed < BytesPerFlush)
                continue;
            unflushed = 0;
            _engine.Flush();
        }
        _engine.Flush();
        latencies.Report("fill-random", watch.Elapsed);
    }

    private void AppendPatiently(WriteBatch batch)
    {
        while (true)
        {
            try
            {
                _engine.Append(batch);
                return;
            }
            catch (StorageOverloadedException)
            {
                // The engine never waits and tells nobody when it has caught up: whom it refuses comes back, as a node's clients do.
                Thread.Sleep(1);
            }
        }
    }

    private void FillSync()
    {
        using var commit = new SharedFlush(_engine);
        var each = Math.Max(1, Math.Min(_keys, 400_000) / SyncWriters);
        var latencies = new Latencies(each * SyncWriters);
        var watch = Stopwatch.StartNew();
        var writers = Enumerable.Range(0, SyncWriters).Select(writer => new Thread(() =>
        {
            var batch = new WriteBatch();
            for (var i = 0; i < each; i++)
            {
                var began = Stopwatch.GetTimestamp();
                batch.Clear();
                commit.Commit(batch.Put(Key((writer * each) + i), Value(i)));
                latencies.Add(began);
            }
        })).ToArray();
        foreach (var writer in writers)
            writer.Start();
        foreach (var writer in writers)
            writer.Join();
        latencies.Report($"fill-sync-{SyncWriters}", watch.Elapsed);
    }

    private void Reopen()
    {
        if (!_engine.Capabilities.Durable)
            return;
        var written = _engine.Statistics;
        Console.WriteLine(
            $"{"written",-16} {written.WriteAmplification,12:N2} bytes to the disk per byte stored, {written.Syncs:N0} syncs");
        _engine.Dispose();
        var watch = Stopwatch.StartNew();
        _engine = Open();
        Console.WriteLine($"{"open",-16} {watch.Elapsed.TotalMilliseconds,12:N0} ms");
    }

    private void ReadRandom() => Read("read-random", i => Key(i), expected: true);

    private void ReadMissing() => Read("read-missing", i => Key(i + _keys), expected: false);

    private void Read(string name, Func<int, byte[]> key, bool expected)
    {
        var random = new Random(7);
        var latencies = new Latencies(_keys);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < _keys; i++)
        {
            var wanted = key(random.Next(_keys));
            var began = Stopwatch.GetTimestamp();
            if (_engine.TryGet(wanted, out _) != expected)
                throw new InvalidOperationException($"{name}: a key was {(expected ? "not " : "")}found.");
            latencies.Add(began);
        }
        latencies.Report(name, watch.Elapsed);
    }

    private void ReadSequential()
    {
        var latencies = new Latencies(_keys);
        var watch = Stopwatch.StartNew();
        using var scan = _engine.Scan(default, null);
        var began = Stopwatch.GetTimestamp();
        var found = 0;
        while (scan.MoveNext())
        {
            found++;
            latencies.Add(began);
            began = Stopwatch.GetTimestamp();
        }
        if (found != _keys)
            throw new InvalidOperationException($"The scan found {found} keys of {_keys}.");
        latencies.Report("read-sequential", watch.Elapsed);
    }

    private void Footprint()
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{"resident",-16} {process.WorkingSet64 / 1048576.0,12:N0} MiB");
    }

    /// <summary>Spreads consecutive numbers over the whole key space; never twice the same, because the multiplier is odd.</summary>
    private static byte[] Key(int number)
    {
        var key = new byte[KeyBytes];
        BinaryPrimitives.WriteUInt64BigEndian(key, (ulong)number * 0x9E3779B97F4A7C15);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(12), number);
        return key;
    }

    private static byte[] Value(int number)
    {
        var value = new byte[ValueBytes];
        value.AsSpan().Fill((byte)number);
        return value;
    }

    /// <summary>Latencies of one workload, from any thread.</summary>
    private sealed class Latencies(int capacity)
    {
        private readonly long[] _ticks = new long[capacity];
        private int _count;

        public void Add(long began) => _ticks[Interlocked.Increment(ref _count) - 1] = Stopwatch.GetTimestamp() - began;

        public void Report(string name, TimeSpan took)
        {
            Array.Sort(_ticks, 0, _count);
            Console.WriteLine(
                $"{name,-16} {_count / took.TotalSeconds,12:N0}/s  p50 {Microseconds(0.50),10:N2} us  p99 {Microseconds(0.99),10:N2} us");
        }

        private double Microseconds(double quantile) =>
            _ticks[Math.Min(_count - 1, (int)(_count * quantile))] * 1e6 / Stopwatch.Frequency;
    }
}
