namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs something that must end, with all its expectations, within a time.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(
            max,
            () =>
            {
                action();
                return 0;
            },
            epsilonValue,
            cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan start = Now, limit = Dilated(max) + (epsilonValue ?? TimeSpan.Zero);
        TimeSpan? outer = _end;
        _end = outer is { } end && end < start + limit ? end : start + limit;
        try
        {
            T result = function();
            AssertThat(Now - start <= limit, $"the block took {Now - start}, longer than {limit}");
            return result;
        }
        finally
        {
            _end = outer;
        }
    }

    /// <summary>Tries again until the assertion holds or the time is up.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        TimeSpan end = Now + RemainingOrDilated(duration);
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (Now < end)
            {
                cancellationToken.WaitHandle.WaitOne(interval ?? _pollInterval);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken);

    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        TimeSpan end = Now + RemainingOrDilated(duration);
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Now < end)
            {
                await Task.Delay(interval ?? _pollInterval, cancellationToken);
            }
        }
    }

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, "the condition did not come true", cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default)
    {
        TimeSpan end = Now + RemainingOrDilated(max);
        while (!conditionIsFulfilled())
        {
            AssertThat(Now < end, message);
            cancellationToken.WaitHandle.WaitOne(_pollInterval);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, "the condition did not come true", cancellationToken);

    public async Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default)
    {
        TimeSpan end = Now + RemainingOrDilated(max);
        while (!conditionIsFulfilled())
        {
            AssertThat(Now < end, message);
            await Task.Delay(_pollInterval, cancellationToken);
        }
    }
}
