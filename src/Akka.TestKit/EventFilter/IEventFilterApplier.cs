namespace Akka.TestKit;

/// <summary>Applies a filter around a piece of a test.</summary>
public interface IEventFilterApplier
{
    /// <summary>Exactly one such entry must come, during the action or soon after.</summary>
    void ExpectOne(Action action, CancellationToken cancellationToken = default);

    void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);

    void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);

    T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default);

    Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);

    Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);

    /// <summary>Leaves such entries out of the test's output until unmuted.</summary>
    IUnmutableFilter Mute();

    void Mute(Action action, CancellationToken cancellationToken = default);
}

public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
