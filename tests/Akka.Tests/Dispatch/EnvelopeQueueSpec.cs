using Akka.Actor;
using Akka.Dispatch;
using FsCheck;
using FsCheck.Fluent;

namespace Akka.Tests.Dispatch;

public sealed class EnvelopeQueueSpec
{
    [Fact]
    public void It_is_a_queue()
    {
        // Positive: enqueue that many; otherwise: dequeue that many.
        Prop.ForAll(ArbMap.Default.ArbFor<short[]>(), steps =>
        {
            var queue = new EnvelopeQueue();
            var model = new Queue<object>();
            int next = 0;
            foreach (short step in steps)
            {
                for (int i = 0; i < step; i++)
                {
                    object message = next++;
                    queue.Enqueue(message, ActorRefs.Nobody);
                    model.Enqueue(message);
                }
                for (int i = 0; i > step; i--)
                {
                    bool any = model.TryDequeue(out object? expected);
                    if (queue.TryDequeue(out Envelope envelope) != any || !ReferenceEquals(envelope.Message, expected))
                        return false;
                }
                if (queue.Count != model.Count || (model.Count > 0 && !queue.HasMessages))
                    return false;
            }
            while (model.TryDequeue(out object? expected))
                if (!queue.TryDequeue(out Envelope envelope) || !ReferenceEquals(envelope.Message, expected))
                    return false;
            return !queue.TryDequeue(out _) && !queue.HasMessages;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void Many_producers_lose_nothing_and_keep_their_order()
    {
        const int Producers = 4;
        const int Each = 100_000;
        var queue = new EnvelopeQueue();
        var threads = new Thread[Producers];
        for (int p = 0; p < Producers; p++)
        {
            int producer = p;
            threads[p] = new Thread(() =>
            {
                for (int i = 0; i < Each; i++)
                    queue.Enqueue((producer, i), null);
            });
            threads[p].Start();
        }
        var due = new int[Producers];
        for (int received = 0; received < Producers * Each;)
        {
            if (!queue.TryDequeue(out Envelope envelope))
            {
                Thread.Yield();
                continue;
            }
            (int producer, int number) = ((int, int))envelope.Message;
            number.ShouldBe(due[producer]++);
            received++;
        }
        queue.HasMessages.ShouldBeFalse();
        foreach (Thread thread in threads)
            thread.Join();
    }
}
