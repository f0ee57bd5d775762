using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;

namespace Akka.Embedded;

/// <summary>Decides when and on which thread the run of a mailbox that has something to do takes place.</summary>
public interface IMailboxExecutor
{
    /// <summary>Called from any thread; must not run it before returning. Each run handles at most the dispatcher's throughput.</summary>
    void Execute(IRunnable run);
}

/// <summary>
/// Puts an actor system's sources of chance and time into a caller's hands: who runs next, what time it is, and every uid.
/// What is left null keeps its default: thread pool, system clock, system randomness.
/// </summary>
/// <param name="executor">In place of every dispatcher's threads, the pinned ones included.</param>
/// <param name="scheduler">In place of the timer thread and the clock.</param>
/// <param name="random">Source of uids; used under a lock.</param>
/// <param name="throughput">Messages a run handles at most, in place of each dispatcher's own; null keeps that.</param>
public sealed class EmbeddedSetup(
    IMailboxExecutor? executor = null, IScheduler? scheduler = null, Random? random = null, int? throughput = null) : Setup
{
    public IMailboxExecutor? Executor { get; } = executor;

    public IScheduler? Scheduler { get; } = scheduler;

    public Random? Random { get; } = random;

    public int? Throughput { get; } = throughput;
}
