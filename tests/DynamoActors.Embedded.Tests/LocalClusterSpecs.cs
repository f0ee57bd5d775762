using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Akka.Actor;
using DynamoActors.Client;
using DynamoActors.Core.Quorum;
using DynamoActors.Testing;

namespace DynamoActors.Embedded.Tests;

/// <summary>Three nodes in this process, asked by injection and by messages.</summary>
public sealed class LocalClusterSpecs : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit = new(_patience);
    private LocalDynamo _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LocalDynamo.StartAsync(nodes: 3, cancellation: _limit.Token);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task What_one_node_wrote_another_reads_and_a_third_deletes()
    {
        var (one, two, three) = (_cluster.Nodes[0].Store, _cluster.Nodes[1].Store, _cluster.Nodes[2].Store);
        var written = (await one.PutAsync("b", "k", Bytes("hello"), new WriteOptions { ContentType = "text/plain" })).EnsureWritten();
        var found = (await two.GetAsync("b", "k")).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>();
        (Text(found.Value), found.ContentType, found.ETag, found.Context).ShouldBe(("hello", "text/plain", written.ETag, written.Context));
        (await three.DeleteAsync("b", "k", found.Context)).EnsureWritten();
        (await one.GetAsync("b", "k")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>().Context.IsNone.ShouldBeFalse();
    }

    [Fact]
    public async Task Two_writes_that_follow_one_read_are_a_conflict_until_one_write_covers_both()
    {
        var store = _cluster.Store;
        var first = (await store.PutAsync("b", "k", Bytes("a"))).EnsureWritten();
        foreach (var value in new[] { "b", "c" }) (await store.PutAsync("b", "k", Bytes(value), first.Context)).EnsureWritten();
        var conflict = (await store.GetAsync("b", "k")).ShouldBeOfType<Conflict<ReadOnlyMemory<byte>>>();
        conflict.Siblings.Select(sibling => Text(sibling.Value)).ShouldBe(["b", "c"], ignoreOrder: true);
        (await store.PutAsync("b", "k", Bytes("bc"), conflict.Context)).EnsureWritten();
        Text((await store.GetAsync("b", "k")).ValueOr(default)).ShouldBe("bc");
    }

    [Fact]
    public async Task Conditions_are_those_of_the_client()
    {
        var store = _cluster.Store;
        var first = (await store.PutAsync("b", "k", Bytes("a"), new WriteOptions { IfAbsent = true })).EnsureWritten();
        Why(await store.PutAsync("b", "k", Bytes("b"), new WriteOptions { IfAbsent = true })).ShouldBe(WhyNotWritten.ConditionFailed);
        (await store.PutAsync("b", "k", Bytes("c"), new WriteOptions { IfMatch = first.ETag })).EnsureWritten();
        Why(await store.PutAsync("b", "k", Bytes("d"), new WriteOptions { IfMatch = first.ETag })).ShouldBe(WhyNotWritten.ConditionFailed);
        Text((await store.GetAsync("b", "k")).ValueOr(default)).ShouldBe("c");
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing()
    {
        var store = _cluster.Store;
        var other = (await store.PutAsync("b", "other", Bytes("a"))).EnsureWritten();
        Why(await store.PutAsync("b", "k", Bytes("a"), other.Context)).ShouldBe(WhyNotWritten.Refused);
        Why(await store.PutAsync("b", "k", new byte[9 << 20])).ShouldBe(WhyNotWritten.TooLarge);
        Why(await store.PutAsync("b", "k", Bytes("a"), new WriteOptions { W = QuorumSetting.Of(9) })).ShouldBe(WhyNotWritten.Refused);
        await Should.ThrowAsync<ArgumentException>(() => store.PutAsync("", "k", Bytes("a")));
        await Should.ThrowAsync<ArgumentException>(() => store.GetAsync("b", default));
        var past = new WriteOptions { TimeToLive = -_patience };
        await Should.ThrowAsync<ArgumentException>(() => store.PutAsync("b", "k", Bytes("a"), past));
        (await store.GetAsync("b", "k")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
    }

    [Fact]
    public async Task Many_keys_are_written_listed_read_and_deleted_each_with_a_result_of_its_own()
    {
        var store = _cluster.Store;
        DynamoKey[] keys = [.. Enumerable.Range(0, 50).Select(number => (DynamoKey)$"k{number:00}")];
        var written = await store.PutManyAsync("b", [
            .. keys.Select(key => (key, Bytes($"{key}"), (WriteOptions?)null)),
            (keys[0], Bytes("again"), null), (keys[1], Bytes("no"), new WriteOptions { IfAbsent = true })]);
        written.Take(51).ShouldAllBe(result => result is Written);
        Why(written[51]).ShouldBe(WhyNotWritten.ConditionFailed);
        (await store.PutAsync("other", "x", Bytes("1"))).EnsureWritten();

        (await _cluster.Nodes[1].Store.ListKeysAsync("b", pageSize: 7).ToListAsync()).ShouldBe(keys);
        (await _cluster.Nodes[2].Store.ListKeysAsync("b", prefix: "k3").ToListAsync()).ShouldBe(keys[30..40]);
        (await store.ListBucketsAsync().ToListAsync()).ShouldBe(["b", "other"]);
        var read = await _cluster.Nodes[1].Store.GetManyAsync("b", [keys[0], "none", keys[49]]);
        Text(read[0].ValueOr(default)).ShouldBe("again", "writes to one key are done in the order given");
        read[1].ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
        Text(read[2].ValueOr(default)).ShouldBe("k49");

        Should.Throw<ArgumentException>(() => { _ = store.DeleteManyAsync("b", [keys[0], default]); });
        (await store.GetAsync("b", keys[0])).ShouldBeOfType<Found<ReadOnlyMemory<byte>>>("one key is none, so nothing was done");
        (await store.DeleteManyAsync("b", keys)).ShouldAllBe(result => result is Written);
        (await store.ListKeysAsync("b").ToListAsync()).ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => store.ListKeysAsync("b", pageSize: 0));
    }

    [Fact]
    public async Task A_bucket_of_a_type_reads_merges_and_refuses_what_is_none()
    {
        var names = _cluster.Store.Bucket<string[]>("names");
        var first = (await names.PutAsync("k", ["a"])).EnsureWritten();
        foreach (var name in new[] { "b", "c" }) (await names.PutAsync("k", [name], first.Context)).EnsureWritten();
        (await names.GetAsync("k")).ShouldBeOfType<Conflict<string[]>>().Siblings.Count.ShouldBe(2);
        var union = _cluster.Nodes[1].Store.Bucket<string[]>("names", all => [.. all.SelectMany(one => one).Distinct().Order()]);
        var merged = (await union.GetAsync("k")).ShouldBeOfType<Found<string[]>>();
        (string.Join(' ', merged.Value), merged.Versions, merged.ContentType).ShouldBe(("b c", 2, "application/json"));
        (await names.UpdateAsync("k", all => [.. all.SelectMany(one => one), "d"])).EnsureWritten();
        (await names.GetAsync("k")).ShouldBeOfType<Found<string[]>>().Value.ShouldBe(["b", "c", "d"], ignoreOrder: true);
        (await union.ChangeAsync("new", value => value ?? ["z"])).EnsureWritten();
        (await union.GetManyAsync(["new", "none"])).Select(read => read.ValueOr(null)?.Length).ShouldBe([1, null]);
        await Should.ThrowAsync<InvalidOperationException>(() => names.ChangeAsync("k", value => value ?? []));
        (await _cluster.Store.PutAsync("names", "odd", Bytes("{"))).EnsureWritten();
        (await names.GetAsync("odd")).ShouldBeOfType<NotRead<string[]>>().Why.ShouldBe(WhyNotRead.Malformed);
        (await names.UpdateAsync("odd", all => ["never"])).ShouldBeOfType<NotWritten>().Why.ShouldBe(WhyNotWritten.NotRead);
    }

    [Fact]
    public async Task Each_node_of_the_process_is_measured_by_itself_and_its_spans_are_children_of_the_applications()
    {
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument is { Name: "dynamo.requests", Meter.Name: "DynamoActors" }) on.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
            counted.AddOrUpdate($"{instrument.Meter.Tags!.Single().Value}", count, (_, before) => before + count));
        listener.Start();
        var spans = new ConcurrentQueue<Activity>();
        using var application = new ActivitySource("the application");
        using var spansListener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "DynamoActors" or "the application",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(spansListener);

        var work = application.StartActivity("work")!;
        for (var number = 0; number < 3; number++) (await _cluster.Nodes[1].Store.PutAsync("b", $"k{number}", Bytes("1"))).EnsureWritten();
        work.Dispose();

        listener.RecordObservableInstruments();
        // Of other clusters' nodes in this process there may be some, too.
        counted.GetValueOrDefault("node2").ShouldBeGreaterThanOrEqualTo(3);
        spans.ShouldContain(span => span.Source.Name == "DynamoActors" && span.TraceId == work.TraceId);
    }

    [Fact]
    public async Task The_nodes_actor_takes_messages()
    {
        var actor = await _cluster.Nodes[1].System.ActorSelection("/user/dynamo").ResolveOne(_patience);
        (await actor.Ask<WriteResult>(new Put("b", "k", Bytes("told")), _patience)).EnsureWritten();
        Text((await actor.Ask<GetResult<ReadOnlyMemory<byte>>>(new Get("b", "k"), _patience)).ValueOr(default)).ShouldBe("told");
        (await actor.Ask<WriteResult>(new Delete("b", "k"), _patience)).EnsureWritten();
        (await _cluster.Store.GetAsync("b", "k")).ShouldBeOfType<Absent<ReadOnlyMemory<byte>>>();
        await Should.ThrowAsync<ArgumentException>(() => actor.Ask<WriteResult>(new Put("", "k", Bytes("a")), _patience));
    }

    [Fact]
    public void Nothing_is_said_on_the_console_of_the_tests() =>
        _cluster.Nodes.ShouldAllBe(node => node.System.Settings.Loggers.Single().Contains("SilentLogger"));

    [Fact]
    public async Task A_node_that_was_killed_comes_back_with_its_data_and_gets_what_it_missed()
    {
        var (survivor, victim) = (_cluster.Nodes[0], _cluster.Nodes[2]);
        (await survivor.Store.PutAsync("b", "before", Bytes("1"), new WriteOptions { W = QuorumSetting.All })).EnsureWritten();
        await victim.KillAsync();
        Should.Throw<InvalidOperationException>(() => victim.Store);
        (await survivor.Store.PutAsync("b", "during", Bytes("2"))).EnsureWritten();
        await victim.RestartAsync(_limit.Token);
        Text((await victim.Store.GetAsync("b", "before")).ValueOr(default)).ShouldBe("1");
        Text((await victim.Store.GetAsync("b", "during")).ValueOr(default)).ShouldBe("2");
        // Without it no write of all three succeeds.
        WriteResult all;
        do all = await survivor.Store.PutAsync("b", "after", Bytes("3"), new WriteOptions { Pw = QuorumSetting.All });
        while (all is not Written && !_limit.IsCancellationRequested);
        all.EnsureWritten();
    }

    [Fact]
    public async Task Where_a_majority_is_gone_nothing_is_said_to_be_written_to_one()
    {
        await _cluster.Nodes[1].KillAsync();
        await _cluster.Nodes[2].KillAsync();
        var result = await _cluster.Store.PutAsync("b", "k", Bytes("a"), new WriteOptions { Consistency = Consistency.Strong });
        result.ShouldNotBeOfType<Written>();
        (await _cluster.Store.GetAsync("b", "k", new ReadOptions { Consistency = Consistency.Strong }))
            .ShouldBeOfType<NotRead<ReadOnlyMemory<byte>>>().Why.ShouldBe(WhyNotRead.QuorumNotReached);
    }

    private static WhyNotWritten Why(WriteResult result) => result.ShouldBeOfType<NotWritten>().Why;

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
