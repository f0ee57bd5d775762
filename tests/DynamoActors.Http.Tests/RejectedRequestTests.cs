using System.Text.Json;

namespace DynamoActors.Http.Tests;

/// <summary>What Kestrel refuses by itself, before it is a request, is answered with a problem like everything else.</summary>
public sealed class RejectedRequestTests : FrontEndFixture
{
    public static TheoryData<string, int> Rejected => new()
    {
        { "nonsense\r\n\r\n", 400 },
        { "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /kv/a HTTP/1.1\r\nHost a\r\n\r\n", 400 },
        { "GET /kv/a HTTP/1.1\r\n\r\n", 400 },
        { "GET /kv/a HTTP/3.9\r\nHost: a\r\n\r\n", 505 },
        { $"GET /kv/{new string('a', 140_000)} HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
        { $"GET /kv/a HTTP/1.1\r\nHost: a\r\nX-Large: {new string('a', 140_000)}\r\n\r\n", 431 },
        { "PUT /kv/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400 },
        { "PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400 },
        { "PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: some\r\n\r\n", 400 },
        { "PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400 },
        { "PUT /kv/a+b HTTP/1.1\r\nAccept: a/b+c\r\nHost: a\r\ncontent-length:\t +3\r\n\r\nabc", 400 },
        { $"PUT /kv/a HTTP/1.1\r\nHost: a\r\nX: {new string('x', 9000)}\r\nContent-Length:+0\r\n\r\n", 400 },
    };

    [Theory]
    [MemberData(nameof(Rejected))]
    public void It_has_a_problem_document_and_the_connection_ends(string request, int status)
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send(request);
        ShouldBeRejected(raw.Receive(), status);
        Should.Throw<IOException>(() => raw.Receive());
        Node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void A_post_over_the_old_version_without_a_length_is_told_what_it_lacks()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send("POST /buckets/visits/keys/home?op=add&by=1 HTTP/1.0\r\nHost: a\r\n\r\n");
        var answer = raw.Receive();
        ShouldBeRejected(answer, 400);
        answer.Text.ShouldContain("over HTTP/1.0");
        answer.Text.ShouldContain("proxy_http_version 1.1");
    }

    [Fact]
    public void Also_behind_requests_that_were_served()
    {
        using var raw = new RawConnection(FrontEnd.Port);
        raw.Send("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nv");
        raw.Receive().Status.ShouldBe(201);
        raw.Send("GET /kv/a HTTP/1.1\r\nHost: a\r\n\r\nHEAD /kv/a HTTP/1.1\r\nHost: a\r\n\r\nDELETE /kv/a HTTP/1.1\r\nHost: "
            + "a\r\n\r\nnonsense\r\n\r\n");
        raw.Receive().Text.ShouldBe("v");
        raw.Receive(hasBody: false).Status.ShouldBe(200);
        raw.Receive().Status.ShouldBe(204);
        ShouldBeRejected(raw.Receive(), 400);
    }

    [Fact]
    public void A_sign_elsewhere_is_left_alone_wherever_the_request_is_cut()
    {
        const string Request =
            "PUT /kv/a+b HTTP/1.1\r\nHost: a\r\nX-Length: +3\r\nContent-Length: 24\r\n\r\n\r\nContent-Length: +3\r\n\r\n";
        for (var cut = 1; cut < Request.Length; cut++)
        {
            using var raw = new RawConnection(FrontEnd.Port);
            raw.Send(Request[..cut]);
            raw.Send(Request[cut..]);
            raw.Receive().Status.ShouldBe(201);
            raw.Send("GET /kv/a+b HTTP/1.1\r\nHost: a\r\n\r\n");
            raw.Receive().Text.ShouldBe("\r\nContent-Length: +3\r\n\r\n");
        }
    }

    private static void ShouldBeRejected(RawAnswer answer, int status)
    {
        answer.Status.ShouldBe(status);
        answer.Headers["Content-Type"].ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(answer.Text).RootElement;
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("type").GetString().ShouldBe("/problems/broken-request");
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        answer.Headers["Connection"].ShouldBe("close");
    }
}
