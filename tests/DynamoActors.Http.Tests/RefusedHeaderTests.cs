using System.Net;
using System.Text;
using System.Text.Json;

namespace DynamoActors.Http.Tests;

/// <summary>What a header says of a body is followed or refused, never passed over.</summary>
public sealed class RefusedHeaderTests : FrontEndFixture
{
    private const string Chunk = "5\r\nhello\r\n0\r\n\r\n";

    [Theory]
    [InlineData("Transfer-Encoding: gzip, chunked", 501)]
    [InlineData("Transfer-Encoding: chunked, chunked", 501)]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", 501)]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 20", 400)]
    public void A_body_in_a_transfer_encoding_that_is_not_understood_or_of_two_lengths_is_refused_and_the_connection_ends(string headers,
        int status)
    {
        foreach (var target in (string[])["PUT /kv/a", "POST /kv:batch", "PUT /buckets/b/props"])
        {
            using var raw = new RawConnection(FrontEnd.Port);
            raw.Send($"{target} HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n{Chunk}");
            var answer = raw.Receive();
            answer.Status.ShouldBe(status, answer.Text);
            JsonDocument.Parse(answer.Text).RootElement.GetProperty("type").GetString().ShouldBe("/problems/broken-request");
            answer.Headers["Connection"].ShouldBe("close");
            Should.Throw<IOException>(() => raw.Receive());
        }

        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Chunks_in_HTTP_1_0_are_refused_and_the_connection_ends()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"PUT /kv/a HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk}GET /kv/a HTTP/1.0\r\n\r\n");
        var answer = raw.Receive();
        answer.Status.ShouldBe(400, answer.Text);
        answer.Text.ShouldContain("HTTP/1.0");
        Should.Throw<IOException>(() => raw.Receive());
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PUT /kv/a HTTP/1.1\nHost: a\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\nContent-Length: 1\r\n\r\nx")]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n" + Chunk)]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\nx")]
    public void A_line_feed_alone_ends_no_line(string request)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send(request);
        var answer = raw.Receive();
        answer.Status.ShouldBe(400, answer.Text);
        answer.Headers["Connection"].ShouldBe("close");
        Node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    public void Chunks_alone_are_understood(string encoding)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send($"PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {encoding}\r\n\r\n{Chunk}");
        raw.Receive().Status.ShouldBe(201);
        raw.Send("GET /kv/a HTTP/1.1\r\nHost: a\r\n\r\n");
        raw.Receive().Text.ShouldBe("hello");
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip", HttpStatusCode.UnsupportedMediaType, "content-encoding")]
    [InlineData("Content-Encoding", "identity, br", HttpStatusCode.UnsupportedMediaType, "content-encoding")]
    [InlineData("Content-Range", "bytes 0-4/10", HttpStatusCode.BadRequest, "bad-header")]
    public async Task A_body_that_is_not_the_value_itself_is_refused_with_the_header(string header, string value, HttpStatusCode status,
        string type)
    {
        foreach (var (method, path) in ((string, string)[])[("PUT", "/kv/a"), ("POST", "/kv:batch"), ("PUT", "/buckets/b/props")])
        {
            var request = new HttpRequestMessage(new HttpMethod(method),
                path)
            { Content = new ByteArrayContent(Encoding.ASCII.GetBytes("{}")) };
            request.Content.Headers.TryAddWithoutValidation(header, value).ShouldBeTrue();
            await ShouldBeProblemAsync(await Client.SendAsync(request), status, type, header);
        }

        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Identity_is_no_encoding()
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/kv/a") { Content = new StringContent("v") };
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", "identity").ShouldBeTrue();
        (await Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
