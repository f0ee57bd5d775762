using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DynamoActors.Core.Quorum;
using DynamoActors.Core.Versioning;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Tests;

/// <summary>The contract's rows for objects, with a node that does as it is asked.</summary>
public sealed class ObjectTests : FrontEndFixture
{
    [Fact]
    public async Task A_put_answers_201_with_context_and_tag_and_a_get_gives_the_bytes_back()
    {
        var bytes = new byte[50_000];
        new Random(1).NextBytes(bytes);
        var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/x-test") } };

        var put = await SendAsync(HttpMethod.Put, "/kv/picture", content);
        put.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await put.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();

        var got = await Client.GetAsync("/kv/picture");
        got.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await got.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        got.Content.Headers.ContentType!.ToString().ShouldBe("image/x-test");
        got.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        got.Content.Headers.LastModified.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        got.Headers.ETag.ShouldNotBeNull();
        got.Headers.ETag.ShouldBe(put.Headers.ETag);
        ContextOf(got).ShouldBe(ContextOf(put));
    }

    [Fact]
    public async Task A_value_without_a_type_is_an_octet_stream()
    {
        await SendAsync(HttpMethod.Put, "/kv/a", new ByteArrayContent([1, 2, 3]));
        (await Client.GetAsync("/kv/a")).Content.Headers.ContentType!.ToString().ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task An_empty_value_is_a_value()
    {
        (await SendAsync(HttpMethod.Put, "/kv/a", new ByteArrayContent([]))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SendAsync(HttpMethod.Put, "/kv/b")).StatusCode.ShouldBe(HttpStatusCode.Created);
        foreach (var path in (string[])["/kv/a", "/kv/b"])
        {
            var got = await Client.GetAsync(path);
            got.StatusCode.ShouldBe(HttpStatusCode.OK);
            got.Content.Headers.ContentLength.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Head_gives_the_headers_of_get_and_no_body()
    {
        await PutAsync("/kv/a", "hello");
        var got = await Client.GetAsync("/kv/a");
        var head = await SendAsync(HttpMethod.Head, "/kv/a");
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(5);
        head.Content.Headers.ContentType.ShouldBe(got.Content.Headers.ContentType);
        head.Headers.ETag.ShouldBe(got.Headers.ETag);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        (await SendAsync(HttpMethod.Head, "/kv/absent")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_default_bucket_is_the_one_of_kv_and_other_buckets_are_apart()
    {
        await PutAsync("/kv/a", "one");
        await PutAsync("/buckets/caf%C3%A9/keys/a", "two");
        (await Client.GetStringAsync("/buckets/default/keys/a")).ShouldBe("one");
        (await Client.GetStringAsync("/buckets/caf%c3%a9/keys/a")).ShouldBe("two");
        Node.Requests.Select(request => request.Bucket).ShouldBe(["default", "café", "default", "café"]);
    }

    [Fact]
    public async Task An_absent_key_is_404_without_a_context()
    {
        var answer = await Client.GetAsync("/kv/absent");
        await ShouldBeProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
        answer.Headers.Contains(ContextHeader).ShouldBeFalse();
    }

    [Fact]
    public async Task Delete_answers_204_with_a_context_and_leaves_404_with_a_context()
    {
        await PutAsync("/kv/a", "one");
        var deleted = await Client.DeleteAsync("/kv/a");
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var got = await Client.GetAsync("/kv/a");
        await ShouldBeProblemAsync(got, HttpStatusCode.NotFound, "not-found");
        ContextOf(got).ShouldBe(ContextOf(deleted));
        (await Client.DeleteAsync("/kv/never-there")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Context_comes_from_the_header_or_the_query_and_several_are_joined()
    {
        var one = VersionVector.Of(new Dot(1, 5));
        var two = VersionVector.Of(new Dot(2, 7));
        var (oneText, twoText) = (ContextText.ToText(one, "default", "a"u8), ContextText.ToText(two, "default", "a"u8));

        await PutAsync("/kv/a", "v", (ContextHeader, oneText));
        await PutAsync($"/kv/a?context={oneText}", "v");
        await PutAsync("/kv/a", "v", (ContextHeader, $"{oneText}, {twoText}"));
        await PutAsync($"/kv/a?context={oneText}", "v", (ContextHeader, twoText));
        await SendAsync(HttpMethod.Delete, "/kv/a", null, (ContextHeader, twoText));
        await PutAsync("/kv/a", "v");

        Node.Requests.Cast<PutObject>().Select(put => put.Context).ShouldBe([one, one, one.Join(two), one.Join(two), two, null]);
    }

    [Fact]
    public async Task Siblings_are_300_as_json_with_base64_values()
    {
        Node.Put("a", FakeStoreNode.Siblings(FakeStoreNode.Version(1, "one"), FakeStoreNode.Version(2, "two", contentType: null,
            actor: 0xb0)));
        var got = await Client.GetAsync("/kv/a");
        got.StatusCode.ShouldBe(HttpStatusCode.MultipleChoices);
        got.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        got.Headers.GetValues("X-Dynamo-Siblings").ShouldBe(["2"]);
        var json = JsonDocument.Parse(await got.Content.ReadAsStringAsync()).RootElement;
        json.GetProperty("context").GetString().ShouldBe(ContextOf(got));
        var siblings = json.GetProperty("siblings").EnumerateArray().ToArray();
        siblings.Select(one => Encoding.UTF8.GetString(one.GetProperty("value").GetBytesFromBase64())).ShouldBe(["one", "two"]);
        siblings.Select(one => one.GetProperty("contentType").GetString()).ShouldBe(["text/plain", "application/octet-stream"]);
        siblings.Select(one => one.GetProperty("dot").GetString()).ShouldBe(["00000000000000a0-1", "00000000000000b0-2"]);
        siblings.Select(one => one.GetProperty("lastModified").GetHttpDateSeconds()).ShouldBe([1_700_000_001, 1_700_000_002]);
    }

    [Theory]
    [InlineData("multipart/mixed", true)]
    [InlineData("application/json;q=0.3, multipart/mixed;q=0.8", true)]
    [InlineData("multipart/*, application/json;q=0.5", true)]
    [InlineData("MULTIPART/Mixed ; q=1.0, */*;q=0.1", true)]
    [InlineData("multipart/mixed;q=0.5, application/json", false)]
    [InlineData("multipart/mixed;q=0, */*", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html", false)]
    public async Task Siblings_are_multipart_where_the_client_wants_that_more(string accept, bool multipart)
    {
        Node.Put("a", FakeStoreNode.Siblings(FakeStoreNode.Version(1, "one"), FakeStoreNode.Version(2, "two")));
        var got = await SendAsync(HttpMethod.Get, "/kv/a", null, ("Accept", accept));
        got.StatusCode.ShouldBe(HttpStatusCode.MultipleChoices);
        got.Content.Headers.ContentType!.MediaType.ShouldBe(multipart ? "multipart/mixed" : "application/json");
    }

    [Fact]
    public async Task Multipart_parts_hold_the_values_behind_a_boundary_that_is_in_none()
    {
        var tempting = "--sibling-0-";
        Node.Put("a", FakeStoreNode.Siblings(FakeStoreNode.Version(1, tempting), FakeStoreNode.Version(2, "two\r\n")));
        var got = await SendAsync(HttpMethod.Get, "/kv/a", null, ("Accept", "multipart/mixed"));
        var boundary = got.Content.Headers.ContentType!.Parameters.Single(one => one.Name == "boundary").Value!;
        var parts = (await got.Content.ReadAsStringAsync()).Split("--" + boundary);
        parts.Length.ShouldBe(4);
        parts[0].ShouldBeEmpty();
        parts[1].ShouldBe(
            $"\r\nContent-Type: text/plain\r\nContent-Length: {tempting.Length}\r\nLast-Modified: Tue, 14 Nov 2023 22:13:21 GMT\r\n"
            + $"X-Dynamo-Dot: 00000000000000a0-1\r\n\r\n{tempting}\r\n");
        parts[2].ShouldEndWith("\r\n\r\ntwo\r\n\r\n");
        parts[3].ShouldBe("--\r\n");
    }

    [Fact]
    public async Task A_deletion_beside_one_version_leaves_that_version()
    {
        var both = VersionedObject.Of(
            VersionVector.Of(new Dot(1, 1), new Dot(2, 1)), Sibling.Tombstone(new Dot(1, 1), HybridTime.FromUnixMilliseconds(5)),
                FakeStoreNode.Version(1, "kept", actor: 2));
        Node.Put("a", both);
        var got = await Client.GetAsync("/kv/a");
        got.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await got.Content.ReadAsStringAsync()).ShouldBe("kept");
        ContextOf(got).ShouldBe(ContextText.ToText(both.Context, "default", "a"u8));
    }

    [Fact]
    public async Task Returnbody_answers_201_with_the_object()
    {
        var put = await PutAsync("/kv/a?returnbody=true", "hello");
        put.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await put.Content.ReadAsStringAsync()).ShouldBe("hello");
        put.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");

        var siblings = FakeStoreNode.Siblings(FakeStoreNode.Version(1, "one"), FakeStoreNode.Version(2, "two"));
        Node.Script = _ => new ObjectWritten(siblings, siblings.Context);
        put = await PutAsync("/kv/a?returnbody=true", "two");
        put.StatusCode.ShouldBe(HttpStatusCode.Created);
        put.Headers.GetValues("X-Dynamo-Siblings").ShouldBe(["2"]);
        JsonDocument.Parse(await put.Content.ReadAsStringAsync()).RootElement.GetProperty("siblings").GetArrayLength().ShouldBe(2);

        (await (await PutAsync("/kv/a?returnbody=false", "x")).Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_with_If_None_Match_of_the_current_tag_is_304()
    {
        var tag = (await PutAsync("/kv/a", "one")).Headers.ETag!.ToString();
        foreach (var header in (string[])[tag, $"\"other\", {tag}", "W/" + tag, "*"])
        {
            var got = await SendAsync(HttpMethod.Get, "/kv/a", null, ("If-None-Match", header));
            got.StatusCode.ShouldBe(HttpStatusCode.NotModified, header);
            got.Headers.ETag!.ToString().ShouldBe(tag);
            (await got.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        }

        (await SendAsync(HttpMethod.Get, "/kv/a", null, ("If-None-Match", "\"other\""))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_with_If_Match_of_another_tag_is_412()
    {
        var tag = (await PutAsync("/kv/a", "one")).Headers.ETag!.ToString();
        (await SendAsync(HttpMethod.Get, "/kv/a", null, ("If-Match", tag))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ShouldBeProblemAsync(await SendAsync(HttpMethod.Get, "/kv/a", null, ("If-Match", "W/" + tag)),
            HttpStatusCode.PreconditionFailed, "condition-failed");
        // Conditions choose among answers that would be a success (RFC 9110, 13.2.1).
        await ShouldBeProblemAsync(await SendAsync(HttpMethod.Get, "/kv/absent", null, ("If-Match", "*")), HttpStatusCode.NotFound,
            "not-found");
    }

    [Fact]
    public async Task Conditional_writes_reach_the_node_and_fail_with_412()
    {
        var first = await PutAsync("/kv/a", "one", ("If-None-Match", "*"));
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        var tag = first.Headers.ETag!.ToString();

        var again = await PutAsync("/kv/a", "two", ("If-None-Match", "*"));
        await ShouldBeProblemAsync(again, HttpStatusCode.PreconditionFailed, "condition-failed");
        again.Headers.ETag!.ToString().ShouldBe(tag);
        ContextOf(again).ShouldBe(ContextOf(first));

        (await PutAsync("/kv/a", "three", ("If-Match", tag))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await ShouldBeProblemAsync(await PutAsync("/kv/a", "four", ("If-Match", tag)), HttpStatusCode.PreconditionFailed,
            "condition-failed");
        await ShouldBeProblemAsync(
            await SendAsync(HttpMethod.Delete, "/kv/a", null, ("If-Match", tag)), HttpStatusCode.PreconditionFailed, "condition-failed");
        (await Client.GetStringAsync("/kv/a")).ShouldBe("three");
    }

    [Fact]
    public async Task The_query_reaches_the_node()
    {
        await PutAsync("/kv/a?n=2&w=all&pw=one&dw=2&timeout=1500", "v");
        await Client.GetAsync("/kv/a?r=1&pr=quorum&consistency=strong");
        var (put, get) = (Node.Requests.First(), Node.Requests.Last());
        put.Quorum.ShouldBe(new QuorumOverrides(N: 2, W: QuorumSetting.All, Pw: QuorumSetting.One, Dw: QuorumSetting.Of(2)));
        put.Timeout.ShouldBe(TimeSpan.FromMilliseconds(1500));
        get.Quorum.ShouldBe(new QuorumOverrides(R: QuorumSetting.Of(1), Pr: QuorumSetting.Majority, Consistency: Consistency.Strong));
        get.Timeout.ShouldBeNull();
    }

    [Fact]
    public async Task The_value_has_free_room_before_it_in_its_own_array()
    {
        await PutAsync("/kv/a", "hello");
        var put = (PutObject)Node.Requests.Single();
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(put.Value, out var segment).ShouldBeTrue();
        put.Headroom.ShouldBe(256);
        segment.Offset.ShouldBe(put.Headroom);
        segment.Array!.Length.ShouldBe(put.Headroom + 5);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_taken()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789", 5000));
        var request = new HttpRequestMessage(HttpMethod.Put, "/kv/a") { Content = new StringContent(text) };
        request.Headers.TransferEncodingChunked = true;
        (await Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Client.GetStringAsync("/kv/a")).ShouldBe(text);
    }
}
