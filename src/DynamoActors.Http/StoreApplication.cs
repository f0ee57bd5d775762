using System.Globalization;
using DynamoActors.Core.Security;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Batches;
using DynamoActors.Http.Buckets;
using DynamoActors.Http.Listing;
using DynamoActors.Http.Objects;
using DynamoActors.Http.OpenApi;
using DynamoActors.Http.Operations;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Security;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Status;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Http;

/// <summary>
/// What Kestrel runs for each request. It stands directly on the server, without the middleware pipeline and its routing: at tens of
/// thousands of requests a second they would be the larger part of the work.
/// </summary>
internal sealed class StoreApplication(IStoreNode node, HttpFrontEndOptions options, ServingBounds bounds, ILogger log, ILogger audit)
    : IHttpApplication<Exchange>
{
    private readonly ObjectEndpoint _objects = new(node, LimitsOf(options));
    private readonly BucketPropertiesEndpoint _buckets = new(node);
    private readonly KeysEndpoint _keys = new(node, options.KeyBytesMax);
    private readonly BatchEndpoint _batches = new(node, LimitsOf(options));
    private readonly ExplainEndpoint _explain = new(node, options.KeyBytesMax);
    private readonly PlanEndpoint _plan = new(node);
    private readonly StatusEndpoint _status = new(node, options.KeyBytesMax, options.Time, options.Tls is not null);
    private readonly AdminEndpoint? _admin = options.Care is { } care ? new AdminEndpoint(node, care, options.Log, options.Time) : null;
    private readonly TokensEndpoint _tokens = new(node, options.Access is not null, options.Time);
    private readonly AuditTrail _audit = new(audit, options.Time, options.Audit);
    private readonly HealthPages _health = new(node);
    private readonly Guessers _guessers = new(options.Time);
    private volatile EpochText _epoch = new(0, "0");

    public AccessControl? Access => options.Access;

    public ClientTls? Tls => options.Tls;

    public Allowances Allowances { get; } = new(options.Time);

    /// <summary>From now on this node says that it is not ready, so that no balancer sends it more.</summary>
    public void Drain()
    {
        _health.Drain();
        options.Log?.Close();
    }

    public Exchange CreateContext(IFeatureCollection features)
    {
        var connection = features as IHostContextContainer<Exchange>;
        var exchange = connection?.HostContext ?? new Exchange(bounds);
        if (connection != null) connection.HostContext = exchange;
        exchange.Begin(features);
        return exchange;
    }

    /// <summary>The exchange stays with its connection.</summary>
    public void DisposeContext(Exchange exchange, Exception? exception) => exchange.End();

    /// <summary>What may have changed something is in the audit also where it failed, or nobody waits for its answer.</summary>
    public async Task ProcessRequestAsync(Exchange exchange)
    {
        try
        {
            await AnswerAsync(exchange);
        }
        finally
        {
            if (exchange.IsAudited)
                await _audit.AddAsync(exchange.Caller!.Name, exchange.Request.Method, exchange.Target, exchange.Response.StatusCode);
        }
    }

    private async Task AnswerAsync(Exchange exchange)
    {
        try
        {
            await ServeAsync(exchange);
        }
        catch (BadHttpRequestException e)
        {
            await WriteIfPossibleAsync(exchange, RequestProblems.BrokenBody(e.StatusCode, e.Message));
        }
        catch (BodiesOverBudgetException e)
        {
            await WriteIfPossibleAsync(exchange, e.Answer);
        }
        catch (BodyTooSlowException)
        {
            await WriteIfPossibleAsync(exchange, OutcomeProblems.TooSlow());
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
        {
            // There is nobody to answer. Any other IOException is the node's own.
            log.LogDebug("{Method} {Target} (trace {TraceId}): the client went away",
                exchange.Request.Method, exchange.Target, exchange.TraceId ?? "none");
            // For the audit: nobody reads it.
            if (!exchange.Response.HasStarted) exchange.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!exchange.Response.HasStarted)
        {
            log.LogError(e, "{Method} {Target} (trace {TraceId}) failed",
                exchange.Request.Method, exchange.Target, exchange.TraceId ?? "none");
            await WriteIfPossibleAsync(exchange, OutcomeProblems.Internal());
        }
    }

    private ValueTask ServeAsync(Exchange exchange)
    {
        SetCommonHeaders(exchange);
        if (BodyHeaders.Check(exchange.Request, exchange.Response.Headers) is { } refused) return exchange.WriteAsync(refused);
        var target = RequestTarget.Split(exchange.Target);
        var query = target.Query;
        var route = Routes.Match(target.Path, out var bucket, out var key);
        if (TurnedAway(exchange, route, bucket) is { } stop) return exchange.WriteAsync(stop);
        if (route == null) return exchange.WriteAsync(RequestProblems.NoSuchRoute(target.Path.ToString()));
        if (!route.Allows(exchange.Request.Method))
            return exchange.WriteAsync(RequestProblems.MethodNotAllowed(exchange.Request.Method, route.Allow));
        if (!route.TakesQuery && QueryReader.FirstNameIn(target.Query) is { } parameter)
            return exchange.WriteAsync(RequestProblems.NoParameters(parameter));
        var kind = route.Kind;
        if (route.TakesKeyInQuery)
        {
            var isNamed = QueryReader.TryTake(query, "key", out key, out query);
            if (isNamed && QueryReader.TryTake(query, "key", out _, out _))
                return exchange.WriteAsync(RequestProblems.RepeatedParameter("key"));
            // A write without a key is told so.
            if (kind == RouteKind.Keys && (isNamed || !exchange.IsRead)) kind = RouteKind.Object;
        }

        if (kind is RouteKind.Object or RouteKind.Keys or RouteKind.Buckets or RouteKind.Batch or RouteKind.Explain)
            exchange.BeginSpan(route.Template);
        return kind switch
        {
            RouteKind.Object => _objects.ServeAsync(exchange, bucket, key, query),
            RouteKind.BucketProperties => _buckets.ServeAsync(exchange, bucket),
            RouteKind.Keys => _keys.ServeAsync(exchange, bucket, query),
            RouteKind.Buckets => _keys.ServeBucketsAsync(exchange, query),
            RouteKind.Batch => _batches.ServeAsync(exchange),
            RouteKind.Explain => _explain.ServeAsync(exchange, key, query),
            RouteKind.Statistics => exchange.WriteJsonAsync(200, StatisticsPage.Of(node), StoreJson.Default.Statistics),
            RouteKind.Load => exchange.WriteJsonAsync(200, StatisticsPage.LoadOf(node), StoreJson.Default.Load),
            RouteKind.Metrics => options.Metrics is { } metrics
                ? exchange.HandOverAsync(metrics)
                : exchange.WriteAsync(RequestProblems.NoSuchRoute("/metrics")),
            RouteKind.Cluster => exchange.WriteJsonAsync(200, ClusterPage.Of(node), StoreJson.Default.Cluster),
            RouteKind.Ring => node.Ring is { } ring
                ? exchange.WriteJsonAsync(200, RingPage.Of(ring), StoreJson.Default.Ring)
                : exchange.WriteAsync(OutcomeProblems.NotReady(node.Readiness.Reason)),
            RouteKind.Plan => _plan.ServePlanAsync(exchange, route, query),
            RouteKind.PlanStep => _plan.ServeStepAsync(exchange, route, key, query),
            RouteKind.Transfers => _plan.ServeTransfersAsync(exchange),
            >= RouteKind.Checkpoints and <= RouteKind.Repair => _admin is { } admin
                ? admin.ServeAsync(exchange, route, key, query)
                : exchange.WriteAsync(RequestProblems.NoSuchRoute(target.Path.ToString())),
            RouteKind.Tokens => _tokens.ServeAsync(exchange),
            RouteKind.Token => _tokens.ServeOneAsync(exchange, key),
            RouteKind.Audit => exchange.WriteJsonAsync(200, new AuditShown(node.Name, _audit.Entries), StoreJson.Default.AuditShown),
            RouteKind.PreferenceList => PreferenceListPage.ServeAsync(exchange, node, options.KeyBytesMax, key, query),
            RouteKind.Live => _health.ServeLiveAsync(exchange),
            RouteKind.Ready => _health.ServeReadyAsync(exchange),
            RouteKind.Status => _status.ServeAsync(exchange, query, key),
            RouteKind.StatusFile => StatusFiles.ServeAsync(exchange, target.Path),
            _ => exchange.WriteJsonAsync(200, OpenApiDocument.Bytes),
        };
    }

    /// <summary>
    /// The one door for all that comes over HTTP. Null: it may go on; what is asked of keys is looked at once more where they are known.
    /// </summary>
    private Problem? TurnedAway(Exchange exchange, Route? route, ReadOnlySpan<char> encodedBucket)
    {
        var right = route is null ? Right.Known : Rights.Of(route.Kind, exchange.IsRead);
        exchange.IsAudited = !exchange.IsRead && right is Right.Undeclared or Right.BucketAdmin or Right.Admin;
        if (options.Access is not { } access)
        {
            exchange.Caller = Caller.Anyone;
            exchange.Prove();
            return null;
        }

        string? authorization = exchange.Request.Headers.Authorization;
        exchange.Caller = authorization is null ? access.Find(node.Tokens, exchange.CertificateNames(Tls))
            : exchange.Credentials.Of(authorization) is { } hash ? access.Find(node.Tokens, hash) : null;
        if (right == Right.Open) return null;
        if (exchange.Caller is not { } caller)
        {
            exchange.IsAudited = false;
            if (authorization is not null && ++exchange.Credentials.WrongInARow == Guessers.WrongMost)
            {
                exchange.CutOff();
                _guessers.Tell(exchange.ClientAddress, log);
            }

            return RequestProblems.Unauthorized(isNamed: authorization is not null);
        }

        exchange.Credentials.WrongInARow = 0;
        exchange.Prove();
        if (Allowances.Of(caller) is { } allowance)
        {
            if (allowance.WaitForNext() is { } wait) return RequestProblems.TooManyRequests(wait);
            exchange.Charge(allowance);
        }

        if (right is Right.Known or Right.Keys) return null;
        if (right is not (Right.BucketRead or Right.BucketAdmin))
            return caller.May(Role.Admin, null, default) ? null : OutcomeProblems.Denied(new AccessDenied(Role.Admin, null));
        if (!ObjectNames.TryReadBucket(encodedBucket, out var bucket, out var problem)) return problem;
        var role = right == Right.BucketRead ? Role.Read : Role.Admin;
        return caller.May(role, bucket, default) ? null : OutcomeProblems.Denied(new AccessDenied(role, bucket));
    }

    private static RequestLimits LimitsOf(HttpFrontEndOptions options) =>
        new(options.ValueBytesMax, options.KeyBytesMax, Math.Min(options.BatchAnswerBytesMax, options.AnswersBytesMax / 2),
            options.Time);

    /// <summary>As text, made once for each epoch.</summary>
    private string CurrentEpoch()
    {
        var epoch = node.Ring?.Epoch ?? 0;
        var known = _epoch;
        if (known.Epoch != epoch) _epoch = known = new EpochText(epoch, epoch.ToString(CultureInfo.InvariantCulture));
        return known.Text;
    }

    private void SetCommonHeaders(Exchange exchange)
    {
        var headers = exchange.Response.Headers;
        headers[DynamoHeaders.Epoch] = CurrentEpoch();
        // Without it caches judge by Last-Modified how long they give the same again, unasked (RFC 9111, 4.2.2).
        if (exchange.IsRead) headers.CacheControl = "no-cache";
    }

    private async ValueTask WriteIfPossibleAsync(Exchange exchange, Problem problem)
    {
        if (exchange.Response.HasStarted) return;
        exchange.Response.Headers.Clear();
        SetCommonHeaders(exchange);
        await exchange.WriteAsync(problem);
    }

    private sealed record EpochText(ulong Epoch, string Text);
}
