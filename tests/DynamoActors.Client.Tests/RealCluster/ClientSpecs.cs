using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoActors.Core.Quorum;

namespace DynamoActors.Client.Tests.RealCluster;

/// <summary>The client and real nodes understand each other.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ClientSpecs(ClusterFixture fixture)
{
    [Fact]
    public async Task A_value_is_written_read_superseded_contested_merged_and_deleted()
    {
        using var client = await fixture.ClientAsync();
        var numbers = client.Bucket<int>("numbers");
        DynamoKey key = "a/../b\u0000%2F";
        (await numbers.GetAsync(key)).ShouldBeOfType<Absent<int>>();
        (await numbers.PutAsync(key, 1, new WriteOptions { IfAbsent = true })).ShouldBeOfType<Written>();
        (await numbers.PutAsync(key, 2, new WriteOptions { IfAbsent = true })).ShouldBeOfType<NotWritten>()
            .Why.ShouldBe(WhyNotWritten.ConditionFailed);
        var read = (await numbers.GetAsync(key)).ShouldBeOfType<Found<int>>();
        (read.Value, read.ContentType).ShouldBe((1, "application/json"));
        read.LastModified.ShouldNotBeNull().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        (await numbers.PutAsync(key, 2, read.Context)).EnsureWritten();
        (await numbers.PutAsync(key, 3, read.Context)).EnsureWritten();
        var conflict = (await numbers.GetAsync(key)).ShouldBeOfType<Conflict<int>>();
        conflict.Siblings.Select(one => one.Value).Order().ShouldBe([2, 3]);
        (await numbers.UpdateAsync(key, all => all.Sum())).EnsureWritten();
        var merged = (await numbers.GetAsync(key)).ShouldBeOfType<Found<int>>();
        merged.Value.ShouldBe(5);
        (await numbers.PutAsync(key, 6, new WriteOptions { IfMatch = read.ETag })).ShouldBeOfType<NotWritten>();
        (await numbers.PutAsync(key, 6, new WriteOptions { IfMatch = merged.ETag })).EnsureWritten();
        (await numbers.DeleteAsync(key)).EnsureWritten();
        var deleted = (await numbers.GetAsync(key)).ShouldBeOfType<Absent<int>>();
        (await numbers.PutAsync(key, 7, deleted.Context)).EnsureWritten();
        (await numbers.GetAsync(key)).ValueOr(0).ShouldBe(7);
    }

    [Fact]
    public async Task Two_that_both_read_nothing_and_write_are_both_kept()
    {
        using var client = await fixture.ClientAsync();
        var numbers = client.Bucket<int>("numbers");
        var nothing = (await numbers.GetAsync("fresh")).ShouldBeOfType<Absent<int>>();
        (await numbers.PutAsync("fresh", 1, nothing.Context)).EnsureWritten();
        (await numbers.PutAsync("fresh", 2, nothing.Context)).EnsureWritten();
        (await numbers.GetAsync("fresh")).ShouldBeOfType<Conflict<int>>().Siblings.Select(one => one.Value).Order().ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Concurrent_changes_of_one_key_all_count()
    {
        using var client = await fixture.ClientAsync();
        var sets = client.Bucket<HashSet<int>>("sets", all => [.. all.SelectMany(one => one)]);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
            (await sets.ChangeAsync("all", set => [.. set ?? [], number])).EnsureWritten()));
        var read = (await sets.GetAsync("all")).ShouldBeOfType<Found<HashSet<int>>>();
        read.Value.Order().ShouldBe(Enumerable.Range(0, 20));
    }

    [Fact]
    public async Task Many_keys_are_written_listed_read_and_deleted_together()
    {
        using var client = await fixture.ClientAsync();
        var bucket = client.Bucket<string>("many/of them");
        var keys = Enumerable.Range(0, 230).Select(number => (DynamoKey)$"k/{number:000}").ToArray();
        (await bucket.PutManyAsync(keys.Select(key => KeyValuePair.Create(key, $"value of {key}")))).ShouldAllBe(one => one is Written);
        (await bucket.ListKeysAsync("k/", pageSize: 100).ToListAsync()).ShouldBe(keys);
        (await client.ListBucketsAsync().ToListAsync()).ShouldContain("many/of them");
        var read = await bucket.GetManyAsync([.. keys, "nothing"]);
        read.Take(230).Select(one => one.ValueOr(null)).ShouldBe(keys.Select(key => $"value of {key}"));
        read[230].ShouldBeOfType<Absent<string>>();
        (await bucket.DeleteManyAsync(keys)).ShouldAllBe(one => one is Written);
        (await bucket.ListKeysAsync().ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Large_values_stream_and_one_over_the_limit_is_refused()
    {
        using var client = await fixture.ClientAsync();
        var bucket = client.Bucket("large");
        var value = RandomNumberGenerator.GetBytes(5_000_000);
        (await bucket.PutStreamAsync("a", new MemoryStream(value), new WriteOptions { ContentType = "video/x" })).EnsureWritten();
        var found = (await bucket.GetStreamAsync("a")).ShouldBeOfType<Found<Stream>>();
        await using (found.Value)
        {
            var copy = new MemoryStream();
            await found.Value.CopyToAsync(copy);
            copy.ToArray().ShouldBe(value);
        }

        found.ContentType.ShouldBe("video/x");
        (await bucket.GetStreamAsync("b")).ShouldBeOfType<Absent<Stream>>();
        var not = (await bucket.PutAsync("b", new byte[8 * 1024 * 1024 + 1])).ShouldBeOfType<NotWritten>();
        (not.Why, not.Detail.Contains("8,388,608")).ShouldBe((WhyNotWritten.TooLarge, true));
        (await bucket.GetAsync("b")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
    }

    [Fact]
    public async Task The_first_owner_of_each_key_is_asked()
    {
        using var handler = new RecordingHandler();
        using var client = await fixture.ClientAsync(handler);
        var bucket = client.Bucket("carts");
        for (var number = 0; number < 20; number++)
        {
            await bucket.PutAsync($"{number}", "x"u8.ToArray());
            var asked = handler.Asked.Last();
            asked.Target.ShouldContain($"key={number}&");
            var page = await fixture.Cluster.Client.GetStringAsync($"{fixture.Cluster.Nodes[0].Url}/ring/preflist/{number}?bucket=carts");
            asked.Node.ShouldBe(JsonDocument.Parse(page).RootElement.GetProperty("owners")[0].GetProperty("http").GetString());
        }
    }

    [Fact]
    public async Task A_session_reads_what_it_wrote_whoever_is_asked_and_however_weakly()
    {
        // Writes and reads of one replica each, at one node after another.
        var options = fixture.Options();
        options.AsksOwners = false;
        using var client = new DynamoClient(options);
        var bucket = client.Bucket<int>("weak").In(new DynamoSession());
        var context = DynamoContext.None;
        for (var number = 0; number < 100; number++)
        {
            var written = await bucket.PutAsync(
                "key", number, new WriteOptions { Consistency = Consistency.Fast, Context = context });
            written.ShouldBeOfType<Written>();
            var read = await bucket.GetAsync("key", new ReadOptions { Consistency = Consistency.Fast });
            var found = read.ShouldBeOfType<Found<int>>($"{read}");
            found.Value.ShouldBe(number);
            context = found.Context;
        }
    }

    [Fact]
    public async Task A_killed_node_costs_no_acknowledged_write_and_serves_again_when_it_is_ready()
    {
        using var handler = new RecordingHandler();
        using var client = await fixture.ClientAsync(handler);
        var bucket = client.Bucket("through-a-death");
        var killed = fixture.Cluster.Nodes[1];
        var (written, unknown, next) = (new List<int>(), 0, 0);
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= 600)
            {
                if (number == 200) half.SetResult();
                var result = await bucket.PutAsync($"{number}", Encoding.UTF8.GetBytes($"{number}"));
                if (result is Written)
                {
                    lock (written) written.Add(number);
                }
                else if (result is Unknown) Interlocked.Increment(ref unknown);
                else throw new InvalidOperationException($"{number}: {result}");
            }
        }).ToArray();
        await half.Task;
        await fixture.WithoutAsync(killed, async () =>
        {
            await Task.WhenAll(writers);
            // Of each writer the one that was on its way, and one more where an answer from before made the node look alive.
            unknown.ShouldBeLessThanOrEqualTo(16);
            foreach (var number in written)
            {
                var read = await bucket.GetAsync($"{number}");
                Encoding.UTF8.GetString(read.ShouldBeOfType<Found<ReadOnlyMemory<byte>>>($"{number}: {read}").Value.Span)
                    .ShouldBe($"{number}");
            }
        });
        var ready = System.Diagnostics.Stopwatch.StartNew();
        var authority = new Uri(killed.Url).Authority;
        handler.Asked.Clear();
        while (!handler.Asked.Any(one => one.Node == authority && one.Target.Contains("key=")))
        {
            // A second in a quiet process (the scripted tests have a clock for it); here a cluster shares the machine.
            ready.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), "the node is ready, and not asked");
            for (var number = 1; number < 20; number++) await bucket.GetAsync($"{number}");
        }
    }

    [Fact]
    public async Task Named_additions_count_once_each_though_a_node_is_killed_among_them()
    {
        using var client = await fixture.ClientAsync();
        using var http = new HttpClient();
        using var set = await http.PutAsync(
            $"{fixture.Cluster.Nodes[0].Url}/buckets/visits/props", new StringContent("""{"policy":"counter"}"""));
        set.EnsureSuccessStatusCode();
        var visits = client.Counters("visits");
        var (next, sum) = (0, 0L);
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var adders = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= 400)
            {
                if (number == 150) half.SetResult();
                AddResult result;
                // As an application would that must know.
                do result = await visits.AddAsync("home", number, $"visit-{number}");
                while (result is not Added);
                Interlocked.Add(ref sum, number);
            }
        }).ToArray();
        await half.Task;
        await fixture.WithoutAsync(fixture.Cluster.Nodes[2], () => Task.WhenAll(adders));
        var all = new ReadOptions { R = QuorumSetting.All };
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            // The killed node has to be met again before it can be asked.
            if (await visits.GetAsync("home", all) is Found<Int128> found)
            {
                found.Value.ShouldBe(sum);
                break;
            }

            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        }
    }
}
