using System.Globalization;

namespace DynamoActors.Storage.Tests;

/// <summary>
/// Writers that each write one number under two keys in one batch, again and again, while others get, scan and flush. A reader that gets
/// the first key must find at least its number under the second, and a scan must find both alike: batches are whole, and order is kept.
/// </summary>
internal sealed class ConcurrentUse(IStorageEngine engine, int writers, int batchesEach)
{
    private volatile bool _writing = true;

    public void Run()
    {
        var reading = Enumerable.Range(0, 2).Select(_ => Started(Get)).Append(Started(Scan)).Append(Started(Flush)).ToArray();
        var writing = Enumerable.Range(0, writers).Select(writer => Started(() => Write(writer))).ToArray();
        Task.WaitAll(writing);
        _writing = false;
        Task.WaitAll(reading);
        for (var writer = 0; writer < writers; writer++)
            NumberAt(First(writer)).ShouldBe(batchesEach);
    }

    private static Task Started(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string First(int writer) => $"a{writer:D2}";

    private static string Second(int writer) => $"z{writer:D2}";

    private void Write(int writer)
    {
        var batch = new WriteBatch();
        long last = 0;
        for (var i = 1; i <= batchesEach; i++)
        {
            batch.Clear();
            var number = Keys.Bytes(i.ToString(CultureInfo.InvariantCulture));
            batch.Put(Keys.Bytes(First(writer)), number)
                .Put(Keys.Bytes($"m{writer:D2}{i:D6}"), number).Put(Keys.Bytes(Second(writer)), number);
            var sequence = AppendPatiently(batch);
            sequence.ShouldBeGreaterThan(last);
            last = sequence;
            NumberAt(First(writer)).ShouldBe(i, "a writer reads its own write");
        }
    }

    // An engine may be behind with its background work; the flusher and the background thread go on meanwhile.
    private long AppendPatiently(WriteBatch batch)
    {
        while (true)
        {
            try
            {
                return engine.Append(batch);
            }
            catch (StorageOverloadedException)
            {
                Thread.Yield();
            }
        }
    }

    private void Get()
    {
        for (var i = 0; _writing; i++)
        {
            var writer = i % writers;
            var first = NumberAt(First(writer));
            NumberAt(Second(writer)).ShouldBeGreaterThanOrEqualTo(first);
        }
    }

    private void Scan()
    {
        while (_writing)
        {
            using var scan = engine.Scan(default, null);
            var found = scan.Drain().Select(entry => entry.Split('='))
                .ToDictionary(entry => entry[0], entry => int.Parse(entry[1], CultureInfo.InvariantCulture));
            for (var writer = 0; writer < writers; writer++)
                found.GetValueOrDefault(First(writer)).ShouldBe(found.GetValueOrDefault(Second(writer)));
            var total = Enumerable.Range(0, writers).Sum(writer => found.GetValueOrDefault(First(writer)));
            found.Keys.Count(key => key[0] == 'm').ShouldBe(total);
        }
    }

    private void Flush()
    {
        long last = 0;
        while (_writing)
        {
            var durable = engine.Flush();
            durable.ShouldBeGreaterThanOrEqualTo(last);
            last = durable;
        }
    }

    private int NumberAt(string key) => int.Parse(engine.Get(key) ?? "0", CultureInfo.InvariantCulture);
}
