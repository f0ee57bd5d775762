using System.Net;
using System.Text;

namespace DynamoActors.Http.Tests;

/// <summary>JSON that is well formed and still says nothing that can be taken: half of a surrogate pair, bytes that are not UTF-8, a
/// member given twice.</summary>
public sealed class UnsoundJsonTests : FrontEndFixture
{
    // In these, \u00ff stands for the byte 0xFF.
    [Theory]
    [InlineData("""{"op":"get","key":"\ud800"}""", "key")]
    [InlineData("""{"op":"\ud800","key":"a"}""", "op")]
    [InlineData("""{"op":"get","bucket":"\udc00x","key":"a"}""", "bucket")]
    [InlineData("""{"op":"put","key":"a","value":"\ud800"}""", "value")]
    [InlineData("""{"op":"put","key":"a","value":"","contentType":"\ud800"}""", "contentType")]
    [InlineData("""{"op":"put","key":"a","value":"","context":"\ud800"}""", "context")]
    [InlineData("""{"op":"get","key":"a","\ud800":1}""", "operations")]
    [InlineData("{\"op\":\"get\",\"key\":\"a\u00ff\"}", "key")]
    [InlineData("{\"op\":\"\u00ff\",\"key\":\"a\"}", "op")]
    [InlineData("{\"op\":\"put\",\"key\":\"a\",\"value\":\"\u00ff\"}", "value")]
    [InlineData("{\"op\":\"get\",\"key\":\"a\",\"\u00ff\":1}", "operations")]
    [InlineData("""{"op":"get","op":"get","key":"a"}""", "op")]
    [InlineData("""{"op":"get","key":"a","key":null}""", "key")]
    [InlineData("""{"op":"put","key":"a","value":"","ttl":1,"ttl":2}""", "ttl")]
    public async Task An_operation_of_a_batch_is_400_with_the_member_and_nothing_is_done(string operation, string field)
    {
        var answer = await PostAsync($$"""{"operations":[{"op":"put","key":"first","value":""},{{operation}}]}""");
        var problem = await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "bad-batch", field);
        problem.GetProperty("operation").GetInt32().ShouldBe(1);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"\ud800":[{"op":"get","key":"a"}]}""", "body")]
    [InlineData("{\"\u00ff\":[]}", "body")]
    [InlineData("""{"operations":[{"op":"get","key":"a"}],"operations":[{"op":"get","key":"b"}]}""", "operations")]
    public async Task A_batch_is_400_with_the_member_and_nothing_is_done(string body, string field)
    {
        await ShouldBeProblemAsync(await PostAsync(body), HttpStatusCode.BadRequest, "bad-batch", field);
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"policy":"\ud800"}""", "policy")]
    [InlineData("""{"w":"\ud800"}""", "w")]
    [InlineData("""{"n":"\ud800"}""", "n")]
    [InlineData("""{"\ud800":1}""", "body")]
    [InlineData("{\"policy\":\"\u00ff\"}", "policy")]
    [InlineData("{\"w\":\"\u00ff\"}", "w")]
    [InlineData("{\"w\":[\"\u00ff\"]}", "w")]
    [InlineData("{\"ttl\":[\"\u00ff\"]}", "ttl")]
    [InlineData("{\"\u00ff\":1}", "body")]
    [InlineData("""{"w":1,"w":2}""", "w")]
    [InlineData("""{"policy":"lww","n":2,"policy":"siblings"}""", "policy")]
    public async Task Bucket_properties_are_400_with_the_member_and_change_nothing(string body, string field)
    {
        var before = Node.Bucket("b");
        var answer = await Client.PutAsync("/buckets/b/props", BytesOf(body));
        await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "bad-bucket-properties", field);
        Node.Bucket("b").ShouldBe(before);
    }

    [Fact]
    public async Task A_value_that_is_no_setting_is_shown_in_part()
    {
        var answer = await Client.PutAsync("/buckets/b/props", BytesOf($$"""{"w":"{{new string('x', 5000)}}"}"""));
        var problem = await ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "bad-bucket-properties", "w");
        problem.GetProperty("detail").GetString()!.Length.ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData("{", 1, 1)]
    [InlineData("", 0, 0)]
    [InlineData("{\"a\":1,\n\n  x}", 11, 13)]
    public async Task What_is_no_JSON_is_told_with_the_byte_at_which_it_ends_to_be(string body, int position, int length)
    {
        foreach (var answer in (HttpResponseMessage[])[await PostAsync(body), await Client.PutAsync("/buckets/b/props", BytesOf(body))])
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldContain($"reading stopped at byte {position} of {length}.");
            text.ShouldNotContain("LineNumber");
        }
    }

    private Task<HttpResponseMessage> PostAsync(string body) => Client.PostAsync("/kv:batch", BytesOf(body));

    private static ByteArrayContent BytesOf(string text) => new(Encoding.Latin1.GetBytes(text));
}
