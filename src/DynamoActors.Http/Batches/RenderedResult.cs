using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Problems;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Batches;

/// <summary>One result of a batch as JSON.</summary>
internal static class RenderedResult
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
    public static ReadOnlyMemory<byte> Of(BatchVerb verb, ClientOutcome outcome, long valueBytes) =>
        StoreJson.ToBytes(ResultOf(verb, outcome), StoreJson.Default.BatchResult, UsualBytes + (int)(valueBytes * 4 / 3));

    public static ReadOnlyMemory<byte> Of(Problem problem) =>
        StoreJson.ToBytes(new BatchResult(problem), StoreJson.Default.BatchResult, UsualBytes);

    private static BatchResult ResultOf(BatchVerb verb, ClientOutcome outcome) => outcome switch
    {
        ObjectRead { Object: null } => new BatchResult(OutcomeProblems.NotFound(known: null)),
        ObjectRead { Object: { IsDeleted: true } deleted } => new BatchResult(OutcomeProblems.NotFound(deleted)),
        ObjectRead { Object: { } read } => ResultOf(read),
        ObjectWritten written => Version(verb == BatchVerb.Delete ? 204 : 201, written.Context, written.Object.EntityTag),
        _ => new BatchResult(OutcomeProblems.Of(outcome, isWrite: verb != BatchVerb.Get)),
    };

    private static BatchResult ResultOf(VersionedObject read)
    {
        var live = ShownSibling.Of(read).ToArray();
        var version = Version(live.Length == 1 ? 200 : 300, read.Context, read.EntityTag);
        return live is [var only]
            ? version with { Value = only.Value, ContentType = only.ContentType, LastModified = only.LastModified }
            : version with { Siblings = live };
    }

    private static BatchResult Version(int status, VersionVector context, string tag) =>
        new(status) { Context = ContextText.ToText(context), Etag = $"\"{tag}\"" };
}
