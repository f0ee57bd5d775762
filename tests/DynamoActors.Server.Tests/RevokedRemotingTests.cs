using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using DynamoActors.Links.Transport;
using static DynamoActors.Server.Tests.RemotingSystems;

namespace DynamoActors.Server.Tests;

/// <summary>Connections of Akka.Remote that there are when a certificate is revoked: Akka asks for it at their beginning alone.</summary>
public sealed class RevokedRemotingTests : IAsyncLifetime
{
    private readonly RemotingSystems _systems = new();
    private volatile bool _isRevoked;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _systems.DisposeAsync();

    [Fact]
    public async Task What_a_node_has_dialled_is_closed_to_it_and_it_is_not_taken_again()
    {
        var (judge, lost) = await PairAsync();
        await UntilAnswersAsync(lost, judge);

        _isRevoked = true;
        await UntilNothingIsOpenAsync(judge);
        // It dials again, and is refused.
        for (var attempt = 0; attempt < 3; attempt++) (await AnswersAsync(lost, judge)).ShouldBeFalse();
        judge.WhenTerminated.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_was_dialled_is_hung_up_on_for_as_long_as_it_is_on_the_list_and_that_ends_nobody()
    {
        var (judge, lost) = await PairAsync();
        await UntilAnswersAsync(judge, lost);

        _isRevoked = true;
        await UntilNothingIsOpenAsync(lost);
        // Dialled again and again, and never listened to.
        for (var attempt = 0; attempt < 3; attempt++) (await AnswersAsync(judge, lost)).ShouldBeFalse();

        _isRevoked = false;
        await UntilAnswersAsync(judge, lost);
        judge.WhenTerminated.IsCompleted.ShouldBeFalse();
        lost.WhenTerminated.IsCompleted.ShouldBeFalse();
    }

    private static Task UntilNothingIsOpenAsync(ActorSystem dialled) => UntilAsync(() => Task.FromResult(ConnectionsTo(dialled) == 0));

    private async Task<(ActorSystem Judge, ActorSystem Lost)> PairAsync()
    {
        X509Certificate2 one = Certificate(), other = Certificate();
        return (await _systems.StartAsync(new PeerTls(() => one, _ => true)
        {
            IsRevoked = shown => _isRevoked && shown.Thumbprint == other.Thumbprint,
        }), await _systems.StartAsync(new PeerTls(() => other, _ => true)));
    }
}
