using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote;

namespace Akka.Tests.Remote;

public sealed class SystemMessageOutboxTests : IAsyncDisposable
{
    private readonly RemotePair _pair = new(tcp: false);
    private readonly RemoteActorRef _recipient;
    private readonly SystemMessageOutbox _outbox = new(capacity: 3);

    public SystemMessageOutboxTests() => _recipient = ((RemoteActorRefProvider)((ExtendedActorSystem)_pair.Near).Provider)
        .CreateRemoteRef(ActorPath.Parse(RemotePair.AddressOf(_pair.Far) + "/user/a"));

    [Fact]
    public void What_is_not_acknowledged_is_sent_again_in_order()
    {
        Add(0);
        Add(0);
        Add(0);
        Take().ShouldBe([1, 2, 3]);
        _outbox.Acknowledge(1, TimeSpan.FromSeconds(1));
        Take().ShouldBeEmpty();
        _outbox.SendAgain();
        Take().ShouldBe([2, 3]);
    }

    [Fact]
    public void Full_outbox_takes_nothing_more_until_something_is_acknowledged()
    {
        for (var i = 0; i < 3; i++) Add(0).ShouldBeTrue();
        Add(0).ShouldBeFalse();
        _outbox.Acknowledge(2, TimeSpan.Zero);
        Add(0).ShouldBeTrue();
        Take().ShouldBe([3, 4]);
    }

    [Fact]
    public void Waiting_counts_from_the_last_progress()
    {
        _outbox.WaitingSince.ShouldBeNull();
        Add(10);
        Add(20);
        _outbox.WaitingSince.ShouldBe(TimeSpan.FromSeconds(10));
        _outbox.Acknowledge(1, TimeSpan.FromSeconds(30));
        _outbox.WaitingSince.ShouldBe(TimeSpan.FromSeconds(30));
        _outbox.Acknowledge(2, TimeSpan.FromSeconds(40));
        _outbox.WaitingSince.ShouldBeNull();
    }

    [Fact]
    public void Another_incarnation_begins_at_1()
    {
        Add(0);
        Add(0);
        _outbox.Clear();
        Take().ShouldBeEmpty();
        Add(0);
        Take().ShouldBe([1]);
    }

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    private bool Add(int seconds) => _outbox.TryAdd(_recipient, Terminate.Instance, TimeSpan.FromSeconds(seconds), out _);

    private List<long> Take()
    {
        var taken = new List<long>();
        while (_outbox.TryTakeUnsent(out var frame)) taken.Add(frame.Sequence);
        return taken;
    }
}
