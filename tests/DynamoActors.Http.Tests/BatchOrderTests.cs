using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

public sealed class BatchOrderTests : FrontEndFixture
{
    [Fact]
    public async Task Operations_on_one_key_are_asked_one_after_another_and_others_at_once()
    {
        var asked = new ConcurrentQueue<ClientRequest>();
        using var arrived = new SemaphoreSlim(0);
        Node.Held = request =>
        {
            asked.Enqueue(request);
            arrived.Release();
        };
        var batch = Client.PostAsync("/kv:batch", new StringContent(
            """
            {"operations":[{"op":"put","key":"a","value":""},{"op":"delete","key":"a"},
            {"op":"put","key":"b","value":""},{"op":"get","key":"a"}]}
            """));
        await WaitAsync(arrived, 2);
        asked.Select(request => ((char)request.Key.Span[0]).ToString()).Order().ShouldBe(["a", "b"]);
        arrived.Release(2);
        List<(Type, bool)> ofA = [];
        for (var taken = 0; taken < 4; taken++)
        {
            await WaitAsync(arrived, 1);
            asked.TryDequeue(out var request).ShouldBeTrue();
            if (request!.Key.Span[0] == 'a') ofA.Add((request.GetType(), request is PutObject { Tombstone: true }));
            asked.Any(other => other.Key.Span[0] == request.Key.Span[0]).ShouldBeFalse("not before the one before it is answered");
            request.Client.Complete(new NodeNotReady("enough"));
        }

        ofA.ShouldBe([(typeof(PutObject), false), (typeof(PutObject), true), (typeof(GetObject), false)]);
        (await batch).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_bucket_in_a_batch_is_percent_encoded_as_in_a_path()
    {
        (await PutAsync("/buckets/caf%C3%A9%25/keys/%FF%2F", "v")).StatusCode.ShouldBe(HttpStatusCode.Created);
        var answer = await Client.PostAsync("/kv:batch", new StringContent(
            """{"operations":[{"op":"get","bucket":"caf%C3%A9%25","key":"%FF%2F"},{"op":"get","bucket":"caf%C3%A9%25","key":"%ff/"}]}"""));
        var results = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("results").EnumerateArray()
            .ToArray();
        results.Select(one => one.GetProperty("status").GetInt32()).ShouldBe([200, 200]);
    }

    private static async Task WaitAsync(SemaphoreSlim arrived, int requests)
    {
        for (var request = 0; request < requests; request++) (await arrived.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }
}
