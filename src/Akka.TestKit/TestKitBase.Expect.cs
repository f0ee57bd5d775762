using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Next(RemainingOrDilated(max), cancellationToken)?.Message!;

    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await NextAsync(RemainingOrDilated(max), cancellationToken))?.Message!;

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveN(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        TimeSpan end = Now + Dilated(max);
        var received = new List<object>(numberOfMessages);
        while (received.Count < numberOfMessages)
        {
            MessageEnvelope? envelope = Next(end - Now, cancellationToken);
            if (envelope is null)
                FailTest($"{received.Count} of {numberOfMessages} messages came within {max}: {string.Join(", ", received)}");
            received.Add(envelope!.Message);
        }
        return received;
    }

    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(null, _ => null, duration, hint, cancellationToken);

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(null, got => AreEqual(message, got) ? null : $"expected {message}", timeout, hint, cancellationToken);

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(null, got => isMessage(got) ? null : "it does not fit the predicate", timeout, hint, cancellationToken);

    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default)
    {
        T message = ExpectMsg<T>(timeout, hint, cancellationToken);
        assert(message);
        return message;
    }

    public T ExpectMsg<T>(
        Action<T, IActorRef> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default)
    {
        T message = ExpectMsg<T>(timeout, hint, cancellationToken);
        assert(message, LastSender);
        return message;
    }

    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(sender, _ => null, duration, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(sender, got => AreEqual(message, got) ? null : $"expected {message}", timeout, hint, cancellationToken);

    /// <summary>These messages, in any order, each once.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages)
    {
        List<object> received = [.. ReceiveN(messages.Length)];
        var missing = messages.Where(message => !received.Remove(message!)).ToList();
        if (missing.Count > 0)
            FailTest($"expected {string.Join(", ", missing)}, but in their place came {string.Join(", ", received)}");
        return messages;
    }

    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<Terminated>(null, got => got.ActorRef.Equals(target) ? null : $"expected the end of {target}", timeout, hint, cancellationToken);

    public async ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        await ExpectAsync<Terminated>(got => got.ActorRef.Equals(target) ? null : $"expected the end of {target}", timeout, hint, cancellationToken);

    public async ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        await ExpectAsync<T>(_ => null, duration, hint, cancellationToken);

    public async ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        await ExpectAsync<T>(got => AreEqual(message, got) ? null : $"expected {message}", timeout, hint, cancellationToken);

    public async ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        await ExpectAsync<T>(got => isMessage(got) ? null : "it does not fit the predicate", timeout, hint, cancellationToken);

    public void ExpectNoMsg(CancellationToken cancellationToken = default) => ExpectNoMsg(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        if (Next(Dilated(duration), cancellationToken) is { } envelope)
            FailTest($"expected no message within {duration}, but {envelope} came");
    }

    public async ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        if (await NextAsync(Dilated(duration), cancellationToken) is { } envelope)
            FailTest($"expected no message within {duration}, but {envelope} came");
    }

    /// <summary>Leaves out messages until one fits.</summary>
    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string? hint = null, CancellationToken cancellationToken = default)
    {
        TimeSpan limit = RemainingOrDilated(max), end = Now + limit;
        while (true)
        {
            MessageEnvelope? envelope = Next(end - Now, cancellationToken);
            if (envelope is null)
                FailTest($"no {typeof(T).Name} that fits came within {limit}{Hint(hint)}");
            if (envelope!.Message is T typed && isMessage(typed))
                return typed;
        }
    }

    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string? hint = null, CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    private T Expect<T>(IActorRef? sender, Func<T, string?> wrong, TimeSpan? timeout, string? hint, CancellationToken cancellation)
    {
        TimeSpan limit = RemainingOrDilated(timeout);
        T message = Checked(Next(limit, cancellation), wrong, limit, hint);
        if (sender is not null)
            AssertThat(sender.Equals(LastSender), $"expected {message} from {sender}, but it came from {LastSender}{Hint(hint)}");
        return message;
    }

    private async Task<T> ExpectAsync<T>(Func<T, string?> wrong, TimeSpan? timeout, string? hint, CancellationToken cancellation)
    {
        TimeSpan limit = RemainingOrDilated(timeout);
        return Checked(await NextAsync(limit, cancellation), wrong, limit, hint);
    }

    private T Checked<T>(MessageEnvelope? envelope, Func<T, string?> wrong, TimeSpan limit, string? hint)
    {
        if (envelope is null)
            FailTest($"no message came within {limit}, expected {typeof(T)}{Hint(hint)}");
        if (envelope!.Message is not T typed)
            throw Failed($"expected {typeof(T)}, but {envelope} came{Hint(hint)}");
        if (wrong(typed) is { } reason)
            FailTest($"{envelope} came: {reason}{Hint(hint)}");
        return typed;
    }

    private InvalidOperationException Failed(string text)
    {
        FailTest(text);
        return new InvalidOperationException(text);
    }

    private MessageEnvelope? Next(TimeSpan timeout, CancellationToken cancellation) => Remember(_box.Take(timeout, cancellation));

    private async Task<MessageEnvelope?> NextAsync(TimeSpan timeout, CancellationToken cancellation) =>
        Remember(await _box.TakeAsync(timeout, cancellation));

    private MessageEnvelope? Remember(MessageEnvelope? envelope)
    {
        _last = envelope ?? NullMessageEnvelope.Instance;
        return envelope;
    }

    private static bool AreEqual<T>(T expected, T actual) =>
        expected is System.Collections.IEnumerable and not string && actual is System.Collections.IEnumerable
            ? System.Collections.StructuralComparisons.StructuralEqualityComparer.Equals(expected, actual) || Equals(expected, actual)
            : Equals(expected, actual);

    private static string Hint(string? hint) => hint is null ? "" : $" ({hint})";
}
