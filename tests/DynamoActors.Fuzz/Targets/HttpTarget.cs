using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using DynamoActors.Http;
using DynamoActors.Http.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace DynamoActors.Fuzz.Targets;

/// <summary>
/// A request as Kestrel hands it over, with any target, headers and body: it is answered, and never with an error of the node's own.
/// Kestrel itself, and what this front end does around it, is tried over sockets (FuzzTests of the HTTP front end).
/// </summary>
internal static class HttpTarget
{
    private const int ValueBytesMax = 100_000;

    public static byte[][] Seeds() =>
    [
        Of("GET /kv/a%00b?r=1&timeout=1000", ""),
        Of("PUT /buckets/b/keys/k?w=one&ttl=60&returnbody=true", "value", "Content-Type: text/plain", "If-None-Match: *"),
        Of("PUT /kv/k", "value", "X-Dynamo-Context: AqZZi-2NuaIdAumxQoiqKXLd", "If-Match: \"00\""),
        Of("DELETE /kv/k?context=AqZZi-2NuaIdAumxQoiqKXLd", ""),
        Of("POST /buckets/b/keys/k?op=add&by=-5&id=00112233445566778899aabbccddeeff", ""),
        Of("GET /buckets/b/keys?prefix=%ff&limit=10&cursor=AAEC", "", "Accept: multipart/mixed"),
        Of("PUT /buckets/b/props", """{"policy":"lww","w":"one","ttl":60,"siblingsMax":5,"n":null}"""),
        Of("POST /kv:batch", """{"operations":[{"op":"put","key":"a","value":"aGk="},{"op":"get","key":"a"}]}"""),
        Of("POST /kv:batch", """{"operations":[{"op":"add","key":"c","by":2}]}"""),
        Of("POST /admin/tokens", """{"name":"a","allow":["read:b/%ff"],"ttl":60}""", "Authorization: Basic YTpi"),
        Of("GET /?key=%41+b&bucket=c", "", "Accept: text/html"),
        Of("POST /cluster/weight/node1?weight=2.5", ""),
        Of("GET /explain/k?bucket=c", ""), Of("GET /ring/preflist/k", ""), Of("GET /openapi.json", ""), Of("GET /admin/audit", ""),
    ];

    public static void Attempt(byte[] input)
    {
        var node = new FuzzNode();
        var bounds = FuzzNode.Bounds();
        var application = new StoreApplication(
            node.Store, new HttpFrontEndOptions { ValueBytesMax = ValueBytesMax }, bounds, node, NullLogger.Instance);
        using var answered = new MemoryStream();
        var features = Features(input, answered, out var response);
        var exchange = application.CreateContext(features);
        application.ProcessRequestAsync(exchange).GetAwaiter().GetResult();
        features.Get<IHttpResponseBodyFeature>()!.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        application.DisposeContext(exchange, null);
        node.RequireNoError();
        if (response.StatusCode == 500) throw new InvalidOperationException("Answered with 500");
        var answer = answered.ToArray();
        // Below that it may be what a client has stored.
        if (answer.Length > 0 && response.StatusCode >= 400)
            JsonDocument.Parse(answer).Dispose();
    }

    /// <summary>The request line's method and target, headers up to an empty line, and the body; lines end with \n.</summary>
    private static FeatureCollection Features(byte[] input, Stream answered, out HttpResponseFeature response)
    {
        var end = input.AsSpan().IndexOf("\n\n"u8);
        var lines = Encoding.Latin1.GetString(input, 0, end < 0 ? input.Length : end).Split('\n');
        var body = end < 0 ? default : input.AsMemory(end + 2);
        var first = lines[0].Split(' ', 2);
        var request = new HttpRequestFeature
        {
            Method = first[0],
            RawTarget = first.Length > 1 ? first[1] : "/",
            Protocol = "HTTP/1.1",
            Scheme = "http",
        };
        foreach (var line in lines.Skip(1))
        {
            if (line.Split(':', 2) is not [{ Length: > 0 } name, var value]) continue;
            request.Headers.Append(name, value.Trim());
        }

        if (request.Headers.TransferEncoding.Count == 0) request.Headers.ContentLength = body.Length;
        response = new HttpResponseFeature();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answered));
        features.Set<IRequestBodyPipeFeature>(new Body(PipeReader.Create(new ReadOnlySequence<byte>(body))));
        features.Set<IHttpRequestBodyDetectionFeature>(new MayHaveBody(body.Length > 0));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature());
        return features;
    }

    private static byte[] Of(string line, string body, params string[] headers) =>
        Encoding.Latin1.GetBytes($"{line}\n{string.Concat(headers.Select(header => header + "\n"))}\n{body}");

    private sealed record Body(PipeReader Reader) : IRequestBodyPipeFeature;

    private sealed record MayHaveBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
