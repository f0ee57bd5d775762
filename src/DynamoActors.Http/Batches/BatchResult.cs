using System.Text.Json;
using DynamoActors.Core.Versioning;
using DynamoActors.Http.Objects;
using DynamoActors.Http.Problems;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Batches;

/// <summary>One result: the status that the operation would have had by itself, and as members what would have been headers and body.</summary>
internal static class BatchResult
{
    /// <summary>Room for what stands around the values; more costs a copy, no error.</summary>
    private const int UsualBytes = 512;

    /// <summary>Bytes of the values that the result would show, before base64.</summary>
    public static long ValueBytesOf(ClientOutcome outcome)
    {
        if (outcome is not ObjectRead { Object: { } read }) return 0;
        long bytes = 0;
        foreach (var sibling in read.Siblings) bytes += sibling.Value.Length;
        return bytes;
    }

    /// <param name="valueBytes">As <see cref="ValueBytesOf"/> counts them.</param>
    public static ReadOnlyMemory<byte> Render(BatchVerb verb, ClientOutcome outcome, long valueBytes) =>
        JsonText.Object((verb, outcome), static (json, result) => WriteMembers(json, result.verb, result.outcome), UsualBytes + (int)(valueBytes * 4 / 3));

    public static ReadOnlyMemory<byte> Render(Problem problem) => JsonText.Object(problem, WriteProblem, UsualBytes);

    private static void WriteMembers(Utf8JsonWriter json, BatchVerb verb, ClientOutcome outcome)
    {
        switch (outcome)
        {
            case ObjectRead { Object: null }:
                WriteProblem(json, OutcomeProblems.NotFound(known: null));
                break;
            case ObjectRead { Object: { IsDeleted: true } deleted }:
                WriteProblem(json, OutcomeProblems.NotFound(deleted));
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
