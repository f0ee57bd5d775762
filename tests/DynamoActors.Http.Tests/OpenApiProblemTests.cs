using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoActors.Http.OpenApi;

namespace DynamoActors.Http.Tests;

/// <summary>The document and the sources name the same problems, and each request's own parameters.</summary>
public sealed class OpenApiProblemTests
{
    private static readonly JsonElement Document = JsonDocument.Parse(OpenApiDocument.Bytes).RootElement;

    [Fact]
    public void Every_problem_of_the_sources_is_in_the_document_once_and_back()
    {
        var sources = Sources.Files()
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), "\"(/problems/[^\"]+)\"").Select(match => match.Groups[1].Value))
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        sources.Length.ShouldBeGreaterThan(20);
        var types = Document.GetProperty("components").GetProperty("schemas").GetProperty("ProblemType").GetProperty("oneOf")
            .EnumerateArray().ToArray();
        types.Select(type => type.GetProperty("const").GetString()!).Order(StringComparer.Ordinal).ShouldBe(sources);
        foreach (var type in types) type.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Every_operation_names_what_any_request_may_be_answered_with()
    {
        foreach (var path in Document.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject().Where(member => member.Name != "parameters"))
            {
                var statuses = operation.Value.GetProperty("responses").EnumerateObject().Select(one => one.Name).ToArray();
                foreach (var status in (string[])["400", "401", "403", "405", "414", "429", "431", "500", "501", "505"])
                    statuses.ShouldContain(status, $"{operation.Name} {path.Name}");
                if (operation.Value.TryGetProperty("requestBody", out _)) ((string[])["413", "415", "503"]).ShouldBeSubsetOf(statuses);
            }
    }

    [Fact]
    public void A_requirement_that_was_not_reached_is_one_of_the_documents() =>
        Document.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties")
            .GetProperty("requirement")
            .GetProperty("enum").EnumerateArray().Select(one => one.GetString()).ShouldBe(["r", "w", "pr", "pw", "self", "node"]);
}
