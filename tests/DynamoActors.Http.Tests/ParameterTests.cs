using System.Net;
using DynamoActors.Core.Quorum;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>A parameter that a request would not follow is refused with its name, wherever it is sent.</summary>
public sealed class ParameterTests : FrontEndFixture
{
    [Theory]
    [InlineData("GET", "w=1")]
    [InlineData("GET", "pw=1")]
    [InlineData("GET", "dw=1")]
    [InlineData("GET", "ttl=60")]
    [InlineData("GET", "returnbody=true")]
    [InlineData("GET", "context=abc")]
    [InlineData("HEAD", "w=1")]
    [InlineData("DELETE", "ttl=60")]
    [InlineData("DELETE", "returnbody=true")]
    [InlineData("DELETE", "r=1")]
    [InlineData("PUT", "r=1")]
    [InlineData("PUT", "pr=1")]
    public async Task What_means_nothing_for_the_method_is_refused(string method, string query)
    {
        var answer = await SendAsync(new HttpMethod(method), "/kv/a?" + query);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        if (method != "HEAD")
            await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "unknown-parameter", query[..query.IndexOf('=')]);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PUT", "If-Match", "*")]
    [InlineData("PUT", "If-None-Match", "\"a\"")]
    [InlineData("DELETE", "If-Match", "\"a\"")]
    public async Task A_conditional_write_reads_first_and_takes_what_a_read_does(string method, string header, string value)
    {
        await SendAsync(new HttpMethod(method), "/kv/a?r=all&pr=1&w=1", null, (header, value));
        Node.Requests.Single().ShouldBeOfType<PutObject>()
            .Quorum.ShouldBe(new QuorumOverrides(R: QuorumSetting.All, Pr: QuorumSetting.Of(1), W: QuorumSetting.Of(1)));
    }

    public static TheoryData<string, string> WithoutQuery
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var route in Routes.All.Where(route =>
                route.Kind is not (RouteKind.Object or RouteKind.Buckets or RouteKind.Keys or RouteKind.Explain
                    or RouteKind.PreferenceList or RouteKind.Checkpoint or RouteKind.Tokens or RouteKind.Token) && !route.TakesQuery))
                foreach (var method in route.Methods.Where(method => method != "HEAD"))
                    all.Add(method, route.Template.Replace("{bucket}", "b"));
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(WithoutQuery))]
    public async Task A_request_without_parameters_takes_none(string method, string path)
    {
        Node.Plans = _ => new PlanShown(Node.Ring!, null, []);
        var content = path switch { "/kv:batch" => """{"operations":[{"op":"get","key":"a"}]}""", _ => """{"w":"all"}""" };
        foreach (var query in (string[])["timeout=0", "timeout=1", "a", "&b=1"])
        {
            var answer = await SendAsync(new HttpMethod(method), $"{path}?{query}", method == "GET" ? null : new StringContent(content));
            await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "unknown-parameter", query.Trim('&').Split('=')[0]);
        }

        Node.Requests.ShouldBeEmpty();
        Node.Bucket("b").W.ShouldBeNull();
        (await SendAsync(new HttpMethod(method), path + "?", method == "GET" ? null : new StringContent(content)))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/kv/a?r=1%00", "r")]
    [InlineData("/kv/a?r=01", "r")]
    [InlineData("/kv/a?r=quorum%00", "r")]
    [InlineData("/kv/a?n=03", "n")]
    [InlineData("/kv/a?n=3%00", "n")]
    [InlineData("/kv/a?timeout=100%00", "timeout")]
    [InlineData("/kv/a?timeout=0100", "timeout")]
    [InlineData("/buckets/b/keys?limit=1%00", "limit")]
    [InlineData("/buckets/b/keys?limit=01", "limit")]
    public async Task A_number_with_something_before_or_behind_it_is_none(string path, string field)
    {
        await ShouldBeProblemAsync(await Client.GetAsync(path), HttpStatusCode.BadRequest, "bad-parameter", field);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ttl=60%00", "ttl")]
    [InlineData("ttl=060", "ttl")]
    [InlineData("w=02", "w")]
    public async Task Nor_is_it_with_a_write(string query, string field)
    {
        await ShouldBeProblemAsync(await PutAsync("/kv/a?" + query, "v"), HttpStatusCode.BadRequest, "bad-parameter", field);
        await ShouldBeProblemAsync(
            await PutAsync("/buckets/b/props", """{"w":"02"}"""), HttpStatusCode.BadRequest, "bad-bucket-properties", "w");
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("w=2", "{}", "w", "w=2 is needed (the request asks for 2)")]
    [InlineData("consistency=strong", "{}", "pw", "pw=2 is needed (the request asks for consistency=strong)")]
    [InlineData("", """{"w":"all"}""", "w", "w=2 is needed (the bucket asks for all)")]
    [InlineData("", "{}", "w", "w=2 is needed (the cluster's default)")]
    public async Task A_quorum_that_was_missed_says_where_its_number_comes_from(string query, string bucket, string what, string detail)
    {
        (await PutAsync("/buckets/b/props", bucket)).StatusCode.ShouldBe(HttpStatusCode.OK);
        Node.Script = _ => new QuorumNotReached(what, 2, 1, Unknown: false, TimedOut: false);
        var problem = await ShouldBeProblemAsync(
            await PutAsync("/buckets/b/keys/a?" + query, "v"), HttpStatusCode.ServiceUnavailable, "quorum-not-reached");
        problem.GetProperty("detail").GetString()!.ShouldStartWith(detail);
    }
}
