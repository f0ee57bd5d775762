using DynamoActors.Core.Buckets;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Http;

namespace DynamoActors.Http.Buckets;

/// <summary>Serves <c>/buckets/{bucket}/props</c>. A PUT changes the fields that it names and keeps the others; 200 means that every
/// reachable node heeds it.</summary>
internal sealed class BucketPropertiesEndpoint(IStoreNode node)
{
    private const int BodyBytesMax = 64 * 1024;

    public ValueTask ServeAsync(Exchange exchange, ReadOnlySpan<char> encodedBucket)
    {
        if (!ObjectNames.TryReadBucket(encodedBucket, out var bucket, out var problem)) return exchange.WriteAsync(problem);
        return HttpMethods.IsPut(exchange.Request.Method)
            ? PutAsync(exchange, bucket)
            : exchange.WriteJsonAsync(200, BucketPropertiesJson.Of(node.Bucket(bucket)), StoreJson.Default.BucketProperties);
    }

    private async ValueTask PutAsync(Exchange exchange, string bucket)
    {
        var length = exchange.Request.Headers.ContentLength ?? (exchange.MayHaveBody ? null : 0);
        if (await RequestBody.ReadAsync(exchange, length, BodyBytesMax) is not { } body)
        {
            await exchange.WriteAsync(RequestProblems.BadProperties("body",
                $"The body is longer than {BodyBytesMax:N0} bytes.") with
            { Status = 413 });
            return;
        }

        if (node.Ring is not { } ring)
        {
            await exchange.WriteAsync(OutcomeProblems.NotReady(node.Readiness.Reason));
            return;
        }

        var settings = BucketPropertiesJson.Apply(node.Bucket(bucket), body, out var fields, out var error);
        if (settings != null && settings.Validate(ring.ReplicationFactor) is [var first, ..]) error = first;
        var before = node.Bucket(bucket).Policy;
        if (settings is { Policy: not ConflictPolicy.Counter } && before == ConflictPolicy.Counter)
            error ??= new BucketFieldError("policy", "The bucket holds counters, which cannot become values. Take another bucket.");
        if (settings is { Policy: ConflictPolicy.Counter } && before == ConflictPolicy.Lww)
            error ??= new BucketFieldError("policy", "The bucket keeps the last write, and a node that does not know of the change yet "
                + "would keep the last share of a counter. Take a new bucket.");
        if (settings == null || error != null)
        {
            await exchange.WriteAsync(RequestProblems.BadProperties(error!.Field, error.Reason));
            return;
        }

        try
        {
            // What this node knows of the other fields may be old: only the change travels.
            if (fields != BucketFields.None) settings = await node.SetBucketAsync(bucket, settings, fields);
        }
        catch (BucketNotSetException notSet)
        {
            await exchange.WriteAsync(OutcomeProblems.BucketNotSet(notSet));
            return;
        }

        await exchange.WriteJsonAsync(200, BucketPropertiesJson.Of(settings), StoreJson.Default.BucketProperties);
    }
}
