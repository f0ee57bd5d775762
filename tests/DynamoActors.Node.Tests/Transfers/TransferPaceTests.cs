using DynamoActors.Node.Transfers;

namespace DynamoActors.Node.Tests.Transfers;

public sealed class TransferPaceTests
{
    private const long Least = 8;
    private const long Most = 64;

    // What clients were used to before anything moved: 10 ms.
    [Theory]
    [InlineData(10, 0.1, 0.0, 40)]
    [InlineData(19, 0.1, 0.0, 40)]
    [InlineData(null, 0.0, 0.0, 40)]
    [InlineData(21, 0.1, 0.0, 22)]
    [InlineData(10, 0.5, 0.0, 22)]
    [InlineData(10, 0.1, 0.5, 22)]
    [InlineData(null, 0.0, 1.0, 22)]
    public void It_rises_by_an_eighth_of_the_most_or_falls_by_three_tenths(int? p99, double admission, double pressure, long expected)
    {
        var pace = Used(to: 10);
        pace.BytesPerSecond.ShouldBe(Most / 2);
        pace.Look(Signs(p99, admission, pressure), isMoving: true);
        pace.BytesPerSecond.ShouldBe(expected);
    }

    [Fact]
    public void It_stays_between_least_and_most()
    {
        var pace = Used(to: 10);
        for (int look = 0; look < 20; look++) pace.Look(Signs(100), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Least);
        for (int look = 0; look < 20; look++) pace.Look(Signs(10), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Most);
    }

    [Fact]
    public void What_is_slow_while_something_moves_never_becomes_usual_and_what_is_quick_does()
    {
        var pace = Used(to: 10);
        for (int look = 0; look < 100; look++) pace.Look(Signs(100), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Least);
        pace.Look(Signs(6), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Least + Most / 8);
        pace.Look(Signs(13), isMoving: true);
        pace.BytesPerSecond.ShouldBeLessThan(Least + Most / 8);
    }

    [Fact]
    public void Requests_of_a_few_milliseconds_are_quick_whatever_they_were_before()
    {
        var pace = Used(to: 1);
        pace.Look(Signs(5), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Most / 2 + Most / 8);
    }

    [Fact]
    public void After_a_change_clients_may_get_used_to_something_else()
    {
        var pace = Used(to: 10);
        for (int look = 0; look < 50; look++) pace.Look(Signs(30), isMoving: false);
        pace.Look(Signs(50), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Most / 2 + Most / 8);
    }

    [Fact]
    public void Where_least_is_most_it_never_changes()
    {
        var pace = new TransferPace(Most, Most);
        pace.BytesPerSecond.ShouldBe(Most);
        pace.Look(Signs(10, admission: 1), isMoving: true);
        pace.BytesPerSecond.ShouldBe(Most);
    }

    private static TransferPace Used(int to)
    {
        var pace = new TransferPace(Least, Most);
        pace.Look(Signs(to), isMoving: false);
        return pace;
    }

    private static ForegroundSigns Signs(int? p99, double admission = 0.1, double pressure = 0) =>
        new(p99 is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null, admission, pressure);
}
