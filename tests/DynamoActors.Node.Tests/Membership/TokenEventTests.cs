using Akka.Actor;
using DynamoActors.Core.Buckets;
using DynamoActors.Core.Security;
using DynamoActors.Node.Membership;
using DynamoActors.Node.Messages;

namespace DynamoActors.Node.Tests.Membership;

/// <summary>Tokens as they stand in journals, travel, and are asked of the ring's keeper.</summary>
public sealed class TokenEventTests
{
    private static readonly AccessToken _token = new(
        "0001", "shop", TokenHash.Of("secret")!.Value, [new Grant(Role.Write, "carts", "eu"u8.ToArray())], 1, 2, new RateLimits(3, 4),
        IsRevoked: false);

    [Fact]
    public async Task A_journal_gives_back_the_token_that_it_was_given()
    {
        using var system = ActorSystem.Create("wire");
        var serializer = new RingJournalSerializer((ExtendedActorSystem)system);
        serializer.Manifest(_token).ShouldBe("token");
        var read = (AccessToken)serializer.FromBinary(serializer.ToBinary(_token with { IsRevoked = true }), "token");
        ShouldBeSame(read, _token with { IsRevoked = true });
        await system.Terminate();
    }

    [Fact]
    public void A_message_of_settings_brings_tokens_too()
    {
        AccessToken[] tokens = [_token, _token with { Id = "0002", Ends = null }];
        var read = RingCodec.From(RingCodec.To(new BucketsChanged([], 5, 7) { Tokens = tokens }));
        read.Tokens.Count.ShouldBe(2);
        ShouldBeSame(read.Tokens[0], _token);
        read.Tokens[1].Ends.ShouldBeNull();
    }

    [Fact]
    public async Task A_token_that_is_set_counts_at_once_and_after_it_is_revoked_never_again()
    {
        await using var node = new SmallNode("n1", "dynamo { ring.initial-members = 1, ring.replicas = 1 }");
        node.Start();
        await node.IsReady();

        (await node.Door.SetTokenAsync(_token)).ShouldNotBeNull();
        node.Door.Tokens.Find(_token.Hash).ShouldNotBeNull().May(Role.Write, "carts", "eu1"u8).ShouldBeTrue();
        (await node.Door.SetTokenAsync(_token with { IsRevoked = true })).ShouldNotBeNull().IsRevoked.ShouldBeTrue();
        node.Door.Tokens.Find(_token.Hash).ShouldBeNull();
        (await node.Door.SetTokenAsync(_token)).ShouldNotBeNull().IsRevoked.ShouldBeTrue();
        node.Door.Tokens.Find(_token.Hash).ShouldBeNull();
    }

    private static void ShouldBeSame(AccessToken read, AccessToken token)
    {
        (read with { Grants = [] }).ShouldBe(token with { Grants = [] });
        read.Grants.Select(grant => grant.ToString()).ShouldBe(token.Grants.Select(grant => grant.ToString()));
    }
}
