using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Counts the events that a filter matches while it is subscribed.</summary>
internal sealed class EventFilterApplier(
    TestKitBase testKit, ActorSystem system, string description, Type channel, Func<object, bool> matches) : IEventFilterApplier
{
    private TimeSpan Leeway => testKit.Dilated(testKit.TestKitSettings.TestEventFilterLeeway);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Expect(1, Leeway, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Expect(expectedCount, Leeway, action, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default)
    {
        using var counter = new Counter(system, channel, matches);
        action();
        Verify(counter, expectedCount, counter.WaitFor(expectedCount, timeout, cancellationToken), timeout);
    }

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        T result = default!;
        ExpectOne(() => { result = func(); }, cancellationToken);
        return result;
    }

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, actionAsync, cancellationToken);

    public async Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default)
    {
        using var counter = new Counter(system, channel, matches);
        await actionAsync();
        Verify(counter, expectedCount, await counter.WaitForAsync(expectedCount, Leeway, cancellationToken), Leeway);
    }

    public IUnmutableFilter Mute() => new Muted(TestLog.Of(system), matches);

    public void Mute(Action action, CancellationToken cancellationToken = default)
    {
        using (Mute())
            action();
    }

    private void Verify(Counter counter, int expected, bool came, TimeSpan timeout)
    {
        if (!came || counter.Count != expected)
            testKit.FailTest($"expected {expected} × {description} within {timeout}, but {counter.Count} came");
    }

    private sealed class Muted : IUnmutableFilter
    {
        private readonly TestLog _log;
        private readonly Func<object, bool> _filter;

        internal Muted(TestLog log, Func<object, bool> filter)
        {
            _log = log;
            _filter = filter;
            log.Mute(filter);
        }

        public void Unmute() => _log.Unmute(_filter);

        public void Dispose() => Unmute();
    }

    /// <summary>A subscriber that is called on the thread that publishes.</summary>
    private sealed class Counter : MinimalActorRef, IDisposable
    {
        private readonly ActorSystem _system;
        private readonly Func<object, bool> _matches;
        private readonly SemaphoreSlim _matched = new(0);
        private int _count;

        internal Counter(ActorSystem system, Type channel, Func<object, bool> matches)
        {
            _system = system;
            _matches = matches;
            Path = Provider.TempPath();
            system.EventStream.Subscribe(this, channel);
            TestLog.Of(system).Mute(matches);
        }

        public override ActorPath Path { get; }

        public override IActorRefProvider Provider => ((ExtendedActorSystem)_system).Provider;

        internal int Count => Volatile.Read(ref _count);

        public void Dispose()
        {
            _system.EventStream.Unsubscribe(this);
            TestLog.Of(_system).Unmute(_matches);
        }

        internal bool WaitFor(int count, TimeSpan timeout, CancellationToken cancellation)
        {
            for (; count > 0; count--)
                if (!_matched.Wait(timeout, cancellation))
                    return false;
            return true;
        }

        internal async Task<bool> WaitForAsync(int count, TimeSpan timeout, CancellationToken cancellation)
        {
            for (; count > 0; count--)
                if (!await _matched.WaitAsync(timeout, cancellation))
                    return false;
            return true;
        }

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (!_matches(message))
                return;
            Interlocked.Increment(ref _count);
            _matched.Release();
        }
    }
}
