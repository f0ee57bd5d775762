using DynamoActors.Core.Counters;
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
    public static ReadOnlyMemory<byte> Of(ClientRequest request, ClientOutcome outcome, long valueBytes) =>
        StoreJson.ToBytes(ResultOf(request, outcome), StoreJson.Default.BatchResult, UsualBytes + (int)(valueBytes * 4 / 3));

    public static ReadOnlyMemory<byte> Of(Problem problem) =>
        StoreJson.ToBytes(new BatchResult(problem), StoreJson.Default.BatchResult, UsualBytes);

    private static BatchResult ResultOf(ClientRequest request, ClientOutcome outcome) => outcome switch
    {
        ObjectRead { Object: { IsDeleted: false } read } => ResultOf(request, read),
        ObjectRead nothing => new BatchResult(OutcomeProblems.NotFound(request, nothing.Object)),
        ObjectWritten written when request is PutObject { Add: not null } => ResultOf(request, written.Object),
        ObjectWritten written =>
            Version(request is PutObject { Tombstone: true } ? 204 : 201, request.TextOf(written.Context), written.Object.EntityTag),
        _ => new BatchResult(OutcomeProblems.Of(outcome, isWrite: request is PutObject)),
    };

    private static BatchResult ResultOf(ClientRequest request, VersionedObject read)
    {
        if (Counter.TryText(read, out var number))
            return Version(200, request.TextOf(read.Context), read.EntityTag) with { Value = number, ContentType = Counter.TextType };
        var live = ShownSibling.Of(read).ToArray();
        var version = Version(live.Length == 1 ? 200 : 300, request.TextOf(read.Context), read.EntityTag);
        return live is [var only]
            ? version with { Value = only.Value, ContentType = only.ContentType, LastModified = only.LastModified }
            : version with { Siblings = live };
    }

    private static BatchResult Version(int status, string context, string tag) =>
        new(status) { Context = context, Etag = $"\"{tag}\"" };
}
