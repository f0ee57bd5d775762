using DynamoActors.Node.Transfers;

namespace DynamoActors.Node.Tests;

public class ByteBudgetTests
{
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(100);

    [Fact]
    public void Nobody_waits_before_something_was_spent() => new ByteBudget(1000).Wait(_start).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void What_was_spent_beyond_the_savings_is_waited_for()
    {
        var budget = new ByteBudget(1000);
        budget.Spend(750, _start);
        budget.Wait(_start).ShouldBe(TimeSpan.FromMilliseconds(500));
        budget.Wait(_start + TimeSpan.FromMilliseconds(400)).ShouldBe(TimeSpan.FromMilliseconds(100));
        budget.Wait(_start + TimeSpan.FromMilliseconds(500)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void No_more_than_a_quarter_of_a_second_is_saved_up()
    {
        var budget = new ByteBudget(1000);
        budget.Wait(_start + TimeSpan.FromHours(1));
        budget.Spend(1250, _start + TimeSpan.FromHours(1));
        budget.Wait(_start + TimeSpan.FromHours(1)).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Whoever_spends_what_may_be_spent_moves_that_many_bytes_a_second()
    {
        var budget = new ByteBudget(1000);
        var (now, moved) = (_start, 0L);
        while (now < _start + TimeSpan.FromSeconds(60))
        {
            now += budget.Wait(now);
            budget.Spend(70, now);
            moved += 70;
        }
        moved.ShouldBeInRange(60_000, 60_500);
    }
}
