using System.Globalization;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Http.Serving;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary>Serves all below <c>/cluster/</c> that is about the ring's next change.</summary>
internal sealed class PlanEndpoint(IStoreNode node)
{
    public ValueTask ServePlanAsync(Exchange exchange, Route route, ReadOnlySpan<char> query)
    {
        var parameters = new PlanQuery(route);
        return parameters.TryRead(query, out var problem) ? AnswerAsync(exchange, route.Template switch
        {
            "/cluster/plan/commit" => new PlanRequest.Commit(parameters.Epoch),
            "/cluster/plan/clear" => new PlanRequest.Clear(),
            "/cluster/plan/abort" => new PlanRequest.Abort(),
            _ => new PlanRequest.Show(),
        }) : exchange.WriteAsync(problem);
    }

    public ValueTask ServeStepAsync(Exchange exchange, Route route, ReadOnlySpan<char> encodedNode, ReadOnlySpan<char> query)
    {
        if (!PercentEncoding.TryDecodeText(encodedNode, out var name, out var position))
            return exchange.WriteAsync(RequestProblems.BrokenEncoding("node", position));
        if (name.Length == 0) return exchange.WriteAsync(RequestProblems.BadParameter("node", "", "the name of a node"));
        var parameters = new PlanQuery(route);
        if (!parameters.TryRead(query, out var problem)) return exchange.WriteAsync(problem);
        PlanRequest? request = route.Template switch
        {
            "/cluster/join/{node}" => new PlanRequest.Join(name),
            "/cluster/leave/{node}" => new PlanRequest.Leave(name),
            "/cluster/force-remove/{node}" => new PlanRequest.ForceRemove(name, parameters.DataLoss),
            "/cluster/replace/{node}" => parameters.By is { } by
                ? new PlanRequest.Replace(name, by, parameters.IsLost, parameters.DataLoss) : null,
            "/cluster/zone/{node}" => parameters.Zone is { } zone ? new PlanRequest.PlaceIn(name, zone) : null,
            _ => parameters.Weight is { } weight ? new PlanRequest.Weigh(name, weight) : null,
        };
        var missing = route.Operations[0].Parameters.FirstOrDefault(parameter => parameter.IsRequired)?.Name ?? "";
        return request is null ? exchange.WriteAsync(RequestProblems.BadParameter(missing, "", "given, and it must be"))
            : AnswerAsync(exchange, request);
    }

    public ValueTask ServeTransfersAsync(Exchange exchange) => node.Ring is { } ring
        ? exchange.WriteJsonAsync(200, PlanPage.TransfersOf(ring, node.Transfers), StoreJson.Default.Transfers)
        : exchange.WriteAsync(OutcomeProblems.NotReady(node.Readiness.Reason));

    private async ValueTask AnswerAsync(Exchange exchange, PlanRequest request)
    {
        switch (await node.PlanAsync(request))
        {
            case PlanShown shown:
                await exchange.WriteJsonAsync(200, PlanPage.Of(shown), StoreJson.Default.Plan);
                break;
            case RingAgreed agreed:
                await exchange.WriteJsonAsync(200, PlanPage.Of(agreed.Ring), StoreJson.Default.Plan);
                break;
            case PlanRefused refused:
                await exchange.WriteAsync(ProblemKinds.PlanRefused.Of($"{refused.Refusal.Reason} Nothing has changed."));
                break;
            case RingUndecided undecided:
                await exchange.WriteAsync(OutcomeProblems.RingUndecided(undecided));
                break;
        }
    }

    /// <summary>Which of these a route has, its operation says.</summary>
    private sealed class PlanQuery(Route route) : QueryParameters(Parameter.NamesOf(route.Operations[0].Parameters))
    {
        public string? By { get; private set; }

        public bool IsLost { get; private set; }

        public bool DataLoss { get; private set; }

        public double? Weight { get; private set; }

        public string? Zone { get; private set; }

        public ulong? Epoch { get; private set; }

        protected override Problem? Take(string name, string value)
        {
            switch (name)
            {
                case "by" when value.Length > 0:
                    By = value;
                    return null;
                case "weight" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
                    && weight > 0 && double.IsFinite(weight):
                    Weight = weight;
                    return null;
                case "zone":
                    Zone = value;
                    return null;
                case "epoch" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch):
                    Epoch = epoch;
                    return null;
                case "lost" or "dataloss" when bool.TryParse(value, out var isSo):
                    (IsLost, DataLoss) = name == "lost" ? (isSo, DataLoss) : (IsLost, isSo);
                    return null;
                default:
                    return RequestProblems.BadParameter(name, value, name switch
                    {
                        "by" => "the name of a node",
                        "weight" => "a number above 0",
                        "epoch" => "the number of a ring, as the plan has shown it",
                        _ => "true or false",
                    });
            }
        }
    }
}
