using DynamoActors.Storage.Background;

namespace DynamoActors.Storage.Tests.Background;

public sealed class BackgroundWorkTests
{
    [Fact]
    public async Task A_thread_runs_pieces_in_order_and_reports_what_they_throw()
    {
        var done = new TaskCompletionSource<List<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new List<int>();
        var failures = new List<Exception>();
        using var background = new BackgroundThread("test", failures.Add);
        background.Enqueue(() => order.Add(1));
        background.Enqueue(() => throw new InvalidOperationException("broken piece"));
        background.Enqueue(() => order.Add(2));
        background.Enqueue(() => done.SetResult(order));
        (await done.Task).ShouldBe([1, 2]);
        failures.ShouldHaveSingleItem().Message.ShouldBe("broken piece");
    }

    [Fact]
    public void Disposing_a_thread_waits_for_the_running_piece_and_runs_none_after()
    {
        using var begun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var ended = false;
        var ranLater = false;
        var background = new BackgroundThread("test", _ => { });
        background.Enqueue(() =>
        {
            begun.Set();
            mayEnd.Wait();
            ended = true;
        });
        begun.Wait();
        var disposing = new Thread(background.Dispose);
        disposing.Start();
        mayEnd.Set();
        disposing.Join();
        ended.ShouldBeTrue();
        background.Enqueue(() => ranLater = true);
        background.Dispose();
        ranLater.ShouldBeFalse();
    }

    [Fact]
    public void Inline_work_is_done_on_return_and_what_it_adds_runs_after_it()
    {
        var order = new List<string>();
        var background = new InlineBackgroundWork();
        background.Enqueue(() =>
        {
            background.Enqueue(() => order.Add("added"));
            order.Add("first");
        });
        order.ShouldBe(["first", "added"]);
        Should.Throw<InvalidOperationException>(() => background.Enqueue(() => throw new InvalidOperationException()));
        background.Enqueue(() => order.Add("after a failure"));
        order[^1].ShouldBe("after a failure");
    }

    [Fact]
    public void Manual_work_waits_until_it_is_told()
    {
        var order = new List<int>();
        var background = new ManualBackgroundWork();
        background.Enqueue(() => order.Add(1));
        background.Enqueue(() => background.Enqueue(() => order.Add(3)));
        background.Waiting.ShouldBe(2);
        order.ShouldBeEmpty();
        background.RunOne().ShouldBeTrue();
        order.ShouldBe([1]);
        background.RunAll();
        order.ShouldBe([1, 3]);
        background.RunOne().ShouldBeFalse();
    }
}
