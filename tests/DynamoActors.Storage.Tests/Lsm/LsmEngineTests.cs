using DynamoActors.Storage.Lsm.Engine;

namespace DynamoActors.Storage.Tests.Lsm;

public sealed class LsmEngineTests : DurableEngineContract
{
    protected override string EngineName => LsmEngine.EngineName;

    protected override StorageOptions Options(StorageOptions plain) => SmallLsm.With(plain);

    [Fact]
    public void Keys_that_begin_with_the_same_thousands_of_bytes_are_found_in_tables()
    {
        string[] keys = [.. Enumerable.Range(0, 200).Select(number => $"{new string('k', 4000)}{number:D3}")];
        using (var engine = Open())
        {
            foreach (var key in keys) engine.Put(key, key[^3..]);
            engine.Flush();
        }

        using var again = Open();
        again.Statistics.Levels.Sum(level => level.Tables).ShouldBeGreaterThan(0);
        foreach (var key in keys) again.Get(key).ShouldBe(key[^3..]);
    }
}
