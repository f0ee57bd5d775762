using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Security;
using DynamoActors.Http.Targets;

namespace DynamoActors.Http.OpenApi;

/// <summary><c>/openapi.json</c>: made of the routes, the kinds of problems and the answers' own records.</summary>
internal static class OpenApiDocument
{
    private const string ProblemResponse = "#/components/responses/Problem";

    private static readonly Lazy<byte[]> Content = new(() => Encoding.UTF8.GetBytes(Document().ToJsonString()));

    public static ReadOnlyMemory<byte> Bytes => Content.Value;

    private static JsonObject Document()
    {
        var paths = new JsonObject();
        var schemas = new JsonObject { [OpenApiSchemas.ProblemTypeName] = OpenApiSchemas.ProblemType() };
        OpenApiSchemas.Reference(schemas, StoreJson.Default.Problem);
        foreach (var route in Routes.All) paths[route.Template] = PathOf(route, schemas);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "DynamoActors",
                ["version"] = "1.0.0",
                ["description"] = "A leaderless, always-writable, replicated key-value store. Every node takes every request. Of "
                    + "every error the type is "
                    + "one of the schema ProblemType. A parameter that a request does not have is refused. Every answer "
                    + "of a node has X-Dynamo-Epoch, the epoch of the ring that it knows: where it is not that of the /ring that a client "
                    + "has, that is old. Caches may keep what was read, and ask with its ETag each time before they give it again "
                    + "(Cache-Control: no-cache).",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["responses"] = ProblemResponses(),
                ["headers"] = Headers(),
                ["securitySchemes"] = Schemes(),
            },
            ["security"] = Asking("bearer", "basic", "certificate"),
        };
    }

    private static JsonObject PathOf(Route route, JsonObject schemas)
    {
        var path = new JsonObject();
        foreach (var operation in route.Operations)
        {
            path[operation.Method.ToLowerInvariant()] = Shown(route, operation, schemas);
            if (operation.Method != "GET") continue;
            var head = operation with
            {
                Id = "head" + operation.Id["get".Length..],
                Summary = operation.Summary + ": the headers alone",
                Answers = [.. operation.Answers.Select(answer => answer with { Json = null, HasBytes = false })],
            };
            path["head"] = Shown(route, head, schemas);
        }

        return path;
    }

    private static JsonObject Shown(Route route, Operation operation, JsonObject schemas)
    {
        var shown = new JsonObject { ["operationId"] = operation.Id, ["summary"] = operation.Summary };
        Parameter[] inPath = [.. new[]
        {
            Parameter.BucketInPath, Parameter.KeyInPath, Parameter.NodeInPath, Parameter.CheckpointInPath, Parameter.FileInPath,
            Parameter.TokenInPath,
        }.Where(one => route.Template.Contains($"{{{one.Name}}}"))];
        var parameters = new JsonArray([.. inPath.Concat(operation.Parameters).Select(parameter => parameter.ToOpenApi())]);
        if (parameters.Count > 0) shown["parameters"] = parameters;
        if (Rights.Of(route.Kind, operation.Method is "GET" or "HEAD") == Right.Open) shown["security"] = new JsonArray();
        if (operation.TakesBody) shown["requestBody"] = BodyOf(operation, schemas);
        var responses = new JsonObject();
        foreach (var answer in operation.Answers) responses[NameOf(answer.Status)] = Shown(answer, schemas);
        foreach (var status in operation.AllProblems) responses[Text(status)] = new JsonObject { ["$ref"] = ProblemResponse + status };
        shown["responses"] = responses;
        return shown;
    }

    /// <summary>Some generators of clients take it that what may be answered with 304 never has a body.</summary>
    private static string NameOf(int status) => status == 304 ? "3XX" : Text(status);

    private static JsonObject BodyOf(Operation operation, JsonObject schemas) => operation.Body is { } body
        ? new JsonObject { ["required"] = true, ["content"] = JsonContent("application/json", OpenApiSchemas.Reference(schemas, body)) }
        : new JsonObject { ["content"] = JsonContent("*/*", new JsonObject { ["type"] = "string", ["format"] = "binary" }) };

    private static JsonObject Shown(Answer answer, JsonObject schemas)
    {
        var shown = new JsonObject { ["description"] = answer.Description };
        if (answer.IsVersion)
        {
            shown["headers"] = new JsonObject
            {
                [DynamoHeaders.Context] = new JsonObject { ["$ref"] = "#/components/headers/Context" },
                ["ETag"] = new JsonObject { ["$ref"] = "#/components/headers/ETag" },
            };
        }

        if (answer.HasBytes) shown["content"] = JsonContent("*/*", new JsonObject { ["type"] = "string", ["format"] = "binary" });
        if (answer.Json is { } json)
        {
            shown["content"] ??= new JsonObject();
            shown["content"]!["application/json"] = new JsonObject { ["schema"] = OpenApiSchemas.Reference(schemas, json) };
        }

        if (answer.Status == 300 && answer.Json != null)
            shown["content"]!["multipart/mixed"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
        return shown;
    }

    private static JsonObject ProblemResponses()
    {
        var responses = new JsonObject();
        foreach (var status in Routes.All.SelectMany(route => route.Operations).SelectMany(one => one.AllProblems).Distinct().Order())
        {
            responses[$"Problem{status}"] = new JsonObject
            {
                ["description"] = string.Join(" Or: ", ProblemKinds.All.Where(kind => kind.Statuses.Contains(status))
                    .Select(kind => kind.Description)),
                ["content"] = JsonContent(Problem.ContentType, new JsonObject { ["$ref"] = "#/components/schemas/Problem" }),
            };
        }

        return responses;
    }

    /// <summary>Whether a node asks who asks is its operator's choice: none of them, or any.</summary>
    private static JsonArray Asking(params string[] schemes) =>
        [new JsonObject(), .. schemes.Select(scheme => new JsonObject { [scheme] = new JsonArray() })];

    private static JsonObject Schemes() => new()
    {
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A token (POST /admin/tokens)." },
        ["basic"] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "basic",
            ["description"] = "A token as the password; the user's name says nothing.",
        },
        ["certificate"] = new JsonObject
        {
            ["type"] = "mutualTLS",
            ["description"] = "Over HTTPS, a certificate with a name that has rights (POST /admin/tokens).",
        },
    };

    private static JsonObject Headers() => new()
    {
        ["Context"] = Header("What the answer knows of the key's history; opaque. Send it back with the next write of the key."),
        ["ETag"] = Header("Names exactly the versions in the answer."),
    };

    private static JsonObject Header(string description) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject JsonContent(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
