using DynamoActors.Core.Versioning;
using DynamoActors.Http.Answers;
using DynamoActors.Http.Targets;
using DynamoActors.Node.Requests;

namespace DynamoActors.Http.Operations;

/// <summary><c>/explain/{key}</c>: what is known of one key.</summary>
internal static class ExplainPage
{
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Explanation Of(ExplainKey asked, KeyExplained explained) => new(
        PercentEncoding.Encode(asked.Key.Span),
        asked.Bucket,
        explained.Partition,
        explained.Epoch,
        explained.Owners.Select(owner => Shown(asked, owner)),
        explained.StandIns.Select(standIn => new StandInExplanation(standIn.Node, standIn.StandsInFor)),
        explained.Hints.Select(hint => new HintExplanation(hint.Node, hint.For, ShownTime.Of(hint.KeptAt), TextOf(asked, hint.Context))),
        ShownTime.Of(explained.InSyncAsOf),
        explained.Why);

    private static OwnerExplanation Shown(ExplainKey asked, ExplainedOwner owner) => new(
        owner.Node,
        owner.Reachable,
        owner.Answer.ToString().ToLowerInvariant(),
        TextOf(asked, owner.Held?.Context),
        owner.Held?.Siblings.Select(Shown) ?? []);

    private static SiblingExplanation Shown(Sibling sibling) => new(
        sibling.Dot.ToString(), sibling.Value.Length, sibling.IsTombstone, ShownTime.Of(ExpiryOf(sibling.ExpiresAtUnixMilliseconds)));

    private static DateTimeOffset? ExpiryOf(long? milliseconds) =>
        milliseconds is { } expiry ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(expiry, LastMillisecond)) : null;

    private static string? TextOf(ExplainKey asked, VersionVector? context) => context is null ? null : asked.TextOf(context);
}
