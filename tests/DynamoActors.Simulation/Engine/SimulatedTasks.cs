namespace DynamoActors.Simulation.Engine;

/// <summary>While events run it is <see cref="TaskScheduler.Current"/>: what Akka.NET continues after a task (CoordinatedShutdown, Ask)
/// comes back as an event.</summary>
public sealed class SimulatedTasks(SimulatedWorld simulation) : TaskScheduler
{
    public int Queued { get; private set; }

    public void Run(Action action)
    {
        var task = new Task(action);
        task.RunSynchronously(this);
        task.GetAwaiter().GetResult();
    }

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    protected override void QueueTask(Task task)
    {
        Queued++;
        simulation.Enqueue(0, new Happening(null, "task", 0, () => TryExecuteTask(task)));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Environment.CurrentManagedThreadId == simulation.ThreadId && TryExecuteTask(task);
}
