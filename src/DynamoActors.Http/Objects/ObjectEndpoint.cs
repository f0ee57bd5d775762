using System.Runtime.CompilerServices;
using DynamoActors.Core.Counters;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Objects;

/// <summary>Serves <c>/kv/{key}</c> and <c>/buckets/{bucket}/keys/{key}</c>: checks, asks the node, answers.</summary>
internal sealed class ObjectEndpoint(IStoreNode node, RequestLimits limits)
{
    public ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> encodedBucket, ReadOnlySpan<char> encodedKey,
        ReadOnlySpan<char> query)
    {
        var request = exchange.Request;
        if (!ObjectNames.TryReadBucket(encodedBucket, out var bucket, out var problem)
            || !ObjectNames.TryReadKey(encodedKey, limits.KeyBytesMax, out var key, out problem)
            || !ObjectParameters.TryRead(request, bucket, key, query, out var parameters, out problem))
        {
            return exchange.WriteAsync(problem);
        }

        if (HttpMethods.IsPut(request.Method)) return PutAsync(exchange, bucket, key, parameters);
        if (HttpMethods.IsPost(request.Method)) return AddAsync(exchange, bucket, key, parameters);
        return HttpMethods.IsDelete(request.Method)
            ? AskAsync(exchange, Deletion(exchange, bucket, key, parameters), parameters)
            : AskAsync(exchange, Read(exchange, bucket, key, parameters), parameters);
    }

    private ValueTask PutAsync(Exchange exchange, string bucket, byte[] key, in ObjectParameters parameters)
    {
        var headers = exchange.Request.Headers;
        string? contentType = headers.ContentType;
        if (contentType is { Length: 0 }) contentType = null;
        if (contentType != null && !Sibling.IsContentType(contentType))
            return exchange.WriteAsync(RequestProblems.BadHeader("Content-Type", $"1 to {Sibling.ContentTypeLengthMax} printable "
                + $"ASCII characters"));
        var length = headers.ContentLength ?? (exchange.MayHaveBody ? null : 0);
        if (length > limits.ValueBytesMax) return exchange.WriteAsync(RequestProblems.ValueTooLarge(length, limits.ValueBytesMax));
        return PutAsync(exchange, bucket, key, contentType, length, parameters);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PutAsync(
        Exchange exchange, string bucket, byte[] key, string? contentType, long? length, ObjectParameters parameters)
    {
        if (await RequestBody.ReadAsync(exchange, length, limits.ValueBytesMax, parameters.Timeout) is not { } value)
        {
            await exchange.WriteAsync(RequestProblems.ValueTooLarge(null, limits.ValueBytesMax));
            return;
        }

        var put = new PutObject(bucket, key, exchange)
        {
            Quorum = parameters.Quorum,
            Timeout = parameters.Timeout,
            Context = parameters.Context,
            Value = value,
            Headroom = RequestBody.Headroom,
            ContentType = contentType,
            Ttl = parameters.Ttl,
            Conditions = parameters.Conditions,
        };
        await AskAsync(exchange, put, parameters);
    }

    private ValueTask AddAsync(Exchange exchange, string bucket, byte[] key, in ObjectParameters parameters)
    {
        if (parameters.AddedBy is not { } by) return exchange.WriteAsync(
                RequestProblems.BadParameter("by", "", "given: what is posted to a key is op=add&by=N"));
        if (parameters.Context is not null || !parameters.Conditions.AreNone)
            return exchange.WriteAsync(RequestProblems.BadHeader(
                parameters.Context is null ? "If-Match, If-None-Match or If-Unmodified-Since" : DynamoHeaders.Context,
                "left out: an addition meets whatever is there"));
        UInt128? name = null;
        if (exchange.Request.Headers.TryGetValue(DynamoHeaders.IdempotencyKey, out var sent))
        {
            // What is no Latin-1 has not come through the server.
            if (sent is not [{ } only] || !IdempotencyKey.TryRead(only, out var hash))
                return exchange.WriteAsync(RequestProblems.BadHeader(DynamoHeaders.IdempotencyKey, $"one, {IdempotencyKey.Expected}"));
            name = hash;
        }

        var add = new PutObject(bucket, key, exchange)
        {
            Quorum = parameters.Quorum,
            Timeout = parameters.Timeout,
            Add = new CounterAdd(by, name),
        };
        return AskAsync(exchange, add, parameters);
    }

    private static PutObject Deletion(Exchange exchange, string bucket, byte[] key, in ObjectParameters parameters) =>
        new(bucket, key, exchange)
        {
            Quorum = parameters.Quorum,
            Timeout = parameters.Timeout,
            Context = parameters.Context,
            Tombstone = true,
            Conditions = parameters.Conditions,
        };

    private static GetObject Read(Exchange exchange, string bucket, byte[] key, in ObjectParameters parameters) =>
        new(bucket, key, exchange)
        {
            Quorum = parameters.Quorum,
            Timeout = parameters.Timeout,
        };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AskAsync(Exchange exchange, ClientRequest request, ObjectParameters parameters)
    {
        var outcome = await exchange.AskAsync(node, request);
        if (outcome is QuorumNotReached missed)
        {
            var origin = QuorumOrigin.Of(missed.What, parameters.Quorum, node.Bucket(request.Bucket));
            await exchange.WriteAsync(OutcomeProblems.QuorumNotReached(missed, request is PutObject, origin));
            return;
        }

        await new ObjectAnswer(exchange, request, parameters, limits.Time.GetUtcNow()).WriteAsync(outcome);
    }
}
