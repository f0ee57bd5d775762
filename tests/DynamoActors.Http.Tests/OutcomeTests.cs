using System.Net;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>What becomes of sound requests where the cluster cannot do as asked.</summary>
public sealed class OutcomeTests : FrontEndFixture
{
    [Theory]
    [InlineData(true, false, "PUT", "unknown")]
    [InlineData(true, true, "PUT", "unknown")]
    [InlineData(false, true, "PUT", "unknown")]
    [InlineData(false, false, "PUT", "not-written")]
    [InlineData(false, false, "DELETE", "not-written")]
    [InlineData(false, false, "GET", "failed")]
    [InlineData(false, true, "GET", "unknown")]
    public async Task A_quorum_that_is_not_reached_is_503_with_what_was_required_and_reached(bool unknown, bool timedOut, string method,
        string outcome)
    {
        Node.Script = _ => new QuorumNotReached("w", Required: 2, Reached: 1, unknown, timedOut);
        var problem = await ShouldBeProblemAsync(await SendAsync(new HttpMethod(method), "/kv/a"), HttpStatusCode.ServiceUnavailable,
            "quorum-not-reached");
        problem.GetProperty("requirement").GetString().ShouldBe("w");
        problem.GetProperty("required").GetInt32().ShouldBe(2);
        problem.GetProperty("reached").GetInt32().ShouldBe(1);
        problem.GetProperty("outcome").GetString().ShouldBe(outcome);
        problem.GetProperty("detail")
            .GetString()!.ShouldContain(timedOut ? "before the request's time ran out" : "of those that can be reached");
        // Only of a write is there anything to find out.
        problem.GetProperty("detail").GetString()!.Contains("may hold the write").ShouldBe(outcome == "unknown" && method != "GET");
    }

    [Fact]
    public async Task Where_nobody_was_asked_nobody_is_said_to_have_answered()
    {
        Node.Script = _ => new QuorumNotReached("w", Required: 3, Reached: 0, Unknown: false, TimedOut: false) { NobodyAsked = true };
        var problem = await ShouldBeProblemAsync(await SendAsync(HttpMethod.Put, "/kv/a"), HttpStatusCode.ServiceUnavailable,
            "quorum-not-reached");
        problem.GetProperty("detail").GetString()!.ShouldContain("fewer nodes can be reached, so none was asked");
    }

    [Theory]
    [InlineData("self", false, "not-written", "The node that coordinates the write has not made it durable")]
    [InlineData("self", true, "unknown", "The node that coordinates the write has not made it durable")]
    [InlineData("node", true, "unknown", "The node stopped working on the request before it was done")]
    [InlineData("node", false, "not-written", "The node stopped working on the request before it was done")]
    public async Task A_coordinator_that_could_not_is_told_in_a_sentence(string what, bool unknown, string outcome, string sentence)
    {
        Node.Script = _ => new QuorumNotReached(what, Required: 1, Reached: 0, unknown, TimedOut: false);
        var problem = await ShouldBeProblemAsync(await PutAsync("/kv/a", "v"), HttpStatusCode.ServiceUnavailable, "quorum-not-reached");
        problem.GetProperty("requirement").GetString().ShouldBe(what);
        problem.GetProperty("outcome").GetString().ShouldBe(outcome);
        var detail = problem.GetProperty("detail").GetString()!;
        detail.ShouldStartWith(sentence);
        detail.ShouldNotContain($"{what}=");
        detail.Contains("Some replica may hold the write").ShouldBe(unknown);
    }

    [Fact]
    public async Task Too_many_siblings_are_409_with_their_number_and_the_way_out()
    {
        Node.Script = _ => new TooManySiblings(Count: 65, Max: 64);
        var problem = await ShouldBeProblemAsync(await SendAsync(HttpMethod.Put, "/kv/a"), HttpStatusCode.Conflict, "too-many-siblings");
        problem.GetProperty("detail").GetString()!.ShouldContain("65 siblings, and the bucket allows 64 ");
        problem.GetProperty("detail").GetString()!.ShouldContain("X-Dynamo-Context");
    }

    [Fact]
    public async Task A_deletion_and_an_end_of_time_are_told_apart()
    {
        var time = HybridTime.FromUnixMilliseconds(5);
        var deletion = Sibling.Tombstone(new Dot(1, 1), time);
        async Task<string> DetailAsync(params Sibling[] siblings)
        {
            Node.Put("a", FakeStoreNode.Siblings(siblings));
            return (await ShouldBeProblemAsync(await Client.GetAsync("/kv/a"), HttpStatusCode.NotFound, "not-found"))
                .GetProperty("detail").GetString()!;
        }

        (await DetailAsync(deletion)).ShouldStartWith("The key was deleted;");
        var expired = FakeStoreNode.Siblings(FakeStoreNode.Version(1, "v", actor: 2) with { ExpiresAtUnixMilliseconds = 10 })
            .WithoutExpired(11).Siblings[0];
        (await DetailAsync(expired)).ShouldStartWith("The key has expired;");
        (await DetailAsync(deletion, expired)).ShouldStartWith("The key was deleted or has expired;");
    }

    [Fact]
    public async Task A_read_is_not_said_to_have_written_nothing()
    {
        Node.Script = _ => new RequestRefused("r", "r is 4, but only n = 3 replicas take part.");
        (await (await Client.GetAsync("/kv/a?r=4")).Content.ReadAsStringAsync()).ShouldContain("take part. Nothing was done.\"");
        Node.Script = _ => new ObjectRead(null);
        (await (await SendAsync(HttpMethod.Get, "/kv/a", null, ("If-Match", "*"))).Content.ReadAsStringAsync()).ShouldNotContain("written");
    }

    [Fact]
    public async Task A_problem_is_readable_as_it_is_sent()
    {
        var text = await (await Client.GetAsync("/kv/a?ttl-é='\"")).Content.ReadAsStringAsync();
        text.ShouldContain("'ttl-é'");
        text.ShouldNotContain("\\u");
    }

    [Fact]
    public async Task Overload_is_503_with_Retry_After_in_whole_seconds()
    {
        Node.Script = _ => new NodeOverloaded(TimeSpan.FromMilliseconds(1200), "10,000 requests are under way.");
        var answer = await PutAsync("/kv/a", "v");
        var problem = await ShouldBeProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "overloaded");
        problem.GetProperty("outcome").GetString().ShouldBe("not-written");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task A_node_that_has_too_much_to_do_is_asked_again_within_the_request_s_time(string method)
    {
        var asked = 0;
        Node.Script = _ => ++asked < 4 ? new NodeOverloaded(TimeSpan.FromSeconds(1), "Busy.") : null;
        var answer = await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/kv/again?timeout=20000"));
        ((int)answer.StatusCode).ShouldBeLessThan(500);
        asked.ShouldBe(4);

        asked = -1_000_000;
        answer = await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/kv/again?timeout=1"));
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        asked.ShouldBe(-999_999, "a pause would have been longer than its time");
    }

    [Fact]
    public async Task A_large_object_is_read_once_there_is_room_for_it()
    {
        var value = new string('x', 100_000);
        Node.Put("large", FakeStoreNode.Siblings(FakeStoreNode.Version(1, value)));
        var allowed = new List<int>();
        Node.Script = request =>
        {
            allowed.Add(request.ObjectBytesMax);
            return request.ObjectBytesMax < value.Length ? new ObjectIsLarge(value.Length) : null;
        };
        (await Client.GetStringAsync("/kv/large")).ShouldBe(value);
        allowed.ShouldBe([64 * 1024, int.MaxValue]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Nobody_is_told_to_come_back_at_once(int milliseconds)
    {
        Node.Script = _ => new NodeOverloaded(TimeSpan.FromMilliseconds(milliseconds), "Busy.");
        (await Client.GetAsync("/kv/a")).Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_node_without_a_ring_is_503_with_Retry_After()
    {
        Node.Script = _ => new NodeNotReady("No ring was formed yet.");
        var answer = await Client.GetAsync("/kv/a");
        var problem = await ShouldBeProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "not-ready");
        problem.GetProperty("detail").GetString()!.ShouldStartWith("No ring was formed yet.");
        problem.GetProperty("outcome").GetString().ShouldBe("not-written");
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(IOException))]
    public async Task A_node_that_throws_is_500_and_the_connection_lives_on(Type failure)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        Node.Held = _ => throw (Exception)Activator.CreateInstance(failure, "secret")!;
        raw.Send("GET /kv/a HTTP/1.1\r\nHost: a\r\n\r\n");
        var answer = raw.Receive();
        answer.Status.ShouldBe(500);
        answer.Text.ShouldContain("/problems/internal");
        answer.Text.ShouldContain("\"outcome\":\"unknown\"");
        answer.Text.ShouldNotContain("secret");
        Node.Held = null;
        raw.Send("GET /kv/a HTTP/1.1\r\nHost: a\r\n\r\n");
        raw.Receive().Status.ShouldBe(404);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Answers_that_come_later_from_another_thread_reach_their_own_requests()
    {
        var held = new System.Collections.Concurrent.BlockingCollection<ClientRequest>();
        Node.Held = held.Add;
        var answers = Enumerable.Range(0, 20).Select(index => Client.GetAsync($"/kv/key{index}")).ToArray();
        var requests = Enumerable.Range(0, answers.Length).Select(_ => held.Take()).ToArray();
        foreach (var request in requests.Reverse())
        {
            // Large ones are written by another thread than this one.
            var value = System.Text.Encoding.UTF8.GetString(request.Key.Span) + new string('.', request.Key.Span[^1] % 2 == 0
                ? 10 : 50_000);
            request.Client.Complete(new ObjectRead(FakeStoreNode.Siblings(FakeStoreNode.Version(1, value))));
        }

        for (var index = 0; index < answers.Length; index++)
            (await (await answers[index]).Content.ReadAsStringAsync()).TrimEnd('.').ShouldBe($"key{index}");
    }

    [Fact]
    public void Pipelined_requests_are_answered_in_order()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send(string.Concat(Enumerable.Range(0, 50).Select(index =>
            $"PUT /kv/%00{index} HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\nGET /%00{index:00} HTTP")));
        for (var index = 0; index < 50; index++) raw.Receive().Status.ShouldBe(201);
        raw.Send(string.Concat(Enumerable.Range(0, 50).Select(index => $"GET /kv/%00{index} HTTP/1.1\r\nHost: a\r\n\r\n")));
        for (var index = 0; index < 50; index++) raw.Receive().Text.ShouldBe($"GET /%00{index:00} HTTP");
    }

    [Fact]
    public void Requests_that_arrive_byte_by_byte_are_whole()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        foreach (var request in (string[])["PUT /kv/%00a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nGET /%00 ",
            "GET /kv/%00a HTTP/1.1\r\nHost: a\r\n\r\n"])
        {
            foreach (var character in request) raw.Send(character.ToString());
            raw.Receive().Status.ShouldBeOneOf(201, 200);
        }

        Node.Requests.Select(request => System.Text.Encoding.UTF8.GetString(request.Key.Span)).ShouldBe(["\0a", "\0a"]);
        System.Text.Encoding.UTF8.GetString(((PutObject)Node.Requests.First()).Value.Span).ShouldBe("GET /%00 ");
    }

    [Fact]
    public async Task Stopping_turns_ready_to_503_and_lets_requests_finish()
    {
        var held = new TaskCompletionSource<ClientRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        Node.Held = held.SetResult;
        var answer = Client.GetAsync("/kv/a");
        var request = await held.Task;

        FrontEnd.Drain();
        var ready = await Client.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("The node is stopping.");
        (await Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var stopped = FrontEnd.StopAsync(TimeSpan.FromSeconds(20));
        request.Client.Complete(new ObjectRead(FakeStoreNode.Siblings(FakeStoreNode.Version(1, "late"))));
        (await (await answer).Content.ReadAsStringAsync()).ShouldBe("late");
        await stopped;
        await Should.ThrowAsync<HttpRequestException>(Client.GetAsync("/health/live"));
    }
}
