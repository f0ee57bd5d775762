using System.Text.Json;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Objects;
using DynamoActors.Http.Problems;
using DynamoActors.Node.Coordination;

namespace DynamoActors.Http.Batches;

/// <summary>One result: the status that the operation would have had by itself, and as members what would have been headers and body.</summary>
internal static class BatchResult
{
    public static void Write(Utf8JsonWriter json, BatchVerb verb, ClientOutcome outcome)
    {
        json.WriteStartObject();
        switch (outcome)
        {
            case ObjectRead { Object: null }:
                WriteProblem(json, OutcomeProblems.NotFound(context: null));
                break;
            case ObjectRead { Object: { IsDeleted: true } deleted }:
                WriteProblem(json, OutcomeProblems.NotFound(ContextText.ToText(deleted.Context)));
                break;
            case ObjectRead { Object: { } read }:
                WriteRead(json, read);
                break;
            case ObjectWritten written:
                WriteVersion(json, verb == BatchVerb.Delete ? 204 : 201, written.Context, written.Object.EntityTag);
                break;
            default:
                WriteProblem(json, OutcomeProblems.Of(outcome, isWrite: verb != BatchVerb.Get));
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteRead(Utf8JsonWriter json, VersionedObject read)
    {
        var live = read.Siblings.Where(sibling => !sibling.IsTombstone).ToArray();
        WriteVersion(json, live.Length == 1 ? 200 : 300, read.Context, read.EntityTag);
        if (live.Length > 1)
        {
            SiblingsAnswer.WriteSiblings(json, read);
            return;
        }

        json.WriteBase64String("value", live[0].Value.Span);
        json.WriteString("contentType", live[0].ContentType ?? ObjectAnswer.DefaultContentType);
        json.WriteString("lastModified", HttpDate.Of(live[0].Time));
    }

    private static void WriteVersion(Utf8JsonWriter json, int status, VersionVector context, string tag)
    {
        json.WriteNumber("status", status);
        json.WriteString("context", ContextText.ToText(context));
        json.WriteString("etag", $"\"{tag}\"");
    }

    private static void WriteProblem(Utf8JsonWriter json, Problem problem)
    {
        problem.WriteMembers(json);
        if (problem.Context != null) json.WriteString("context", problem.Context);
    }
}
