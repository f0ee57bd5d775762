using System.Net;
using System.Net.Sockets;
using System.Text;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Http.Tests;

/// <summary>Requests that are nearly sound: each gets an answer or is cut off, none an error of the node's own.</summary>
public sealed class FuzzTests : FrontEndFixture
{
    private static readonly byte[][] _corpus =
    [
        Of("GET /kv/a%00b?r=1&timeout=1000 HTTP/1.1", ""),
        Of("PUT /buckets/b/keys/k?w=one&ttl=60&returnbody=true HTTP/1.1", "value", "Content-Type: text/plain", "If-None-Match: *"),
        Of("PUT /kv/k HTTP/1.1", "value", "X-Dynamo-Context: AqZZi-2NuaIdAumxQoiqKXLd", "If-Match: \"00\""),
        Of("DELETE /kv/k?context=AqZZi-2NuaIdAumxQoiqKXLd HTTP/1.1", ""),
        Of("GET /buckets/b/keys?prefix=%ff&limit=10&cursor=AAEC HTTP/1.1", "", "Accept: multipart/mixed"),
        Of("PUT /buckets/b/props HTTP/1.1", """{"policy":"lww","w":"one","ttl":60,"siblingsMax":5,"n":null}"""),
        Of("POST /kv:batch HTTP/1.1", """{"operations":[{"op":"put","key":"a","value":"aGk="},{"op":"get","key":"a"}]}"""),
        Of("POST /admin/tokens HTTP/1.1", """{"name":"a","allow":["read:b/%ff"],"ttl":60}""", "Authorization: Basic YTpi"),
        Of("GET /?key=%41+b&bucket=c HTTP/1.1", ""),
        Of("POST /cluster/weight/node1?weight=2.5 HTTP/1.1", ""),
        Of("POST /admin/checkpoints?at=1 HTTP/1.1", ""),
    ];

    [Fact]
    public async Task What_is_nearly_a_request_is_answered_and_never_with_an_error_of_the_nodes_own()
    {
        Node.Script = request => request is Node.Requests.InspectionRequest ? new Node.Requests.NodeNotReady("Not here.") : null;
        Mutations.Try(_corpus, input => Ask(input).ShouldNotStartWith("HTTP/1.1 500"));
        (await PutAsync("/kv/still", "there")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    private string Ask(byte[] input)
    {
        using var tcp = new TcpClient();
        tcp.Connect(IPAddress.Loopback, FrontEnd.Port);
        var stream = tcp.GetStream();
        stream.ReadTimeout = 60_000;
        try
        {
            stream.Write(input);
            tcp.Client.Shutdown(SocketShutdown.Send);
            using var answer = new StreamReader(stream, Encoding.Latin1);
            return answer.ReadToEnd();
        }
        catch (Exception e) when (e is IOException { InnerException: SocketException { SocketErrorCode: not SocketError.TimedOut } }
            or SocketException)
        {
            // Cut off, with something of it unread.
            return "";
        }
    }

    private static byte[] Of(string line, string body, params string[] headers) => Encoding.Latin1.GetBytes(
        $"{line}\r\nHost: n\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}");
}
