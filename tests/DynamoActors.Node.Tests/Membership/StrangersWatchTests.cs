using DynamoActors.Node.Membership;

namespace DynamoActors.Node.Tests.Membership;

public sealed class StrangersWatchTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public void The_first_is_told_at_once_and_the_next_ten_seconds_later_with_all_of_them()
    {
        var watch = new StrangersWatch(_warnings.Add);
        watch.Look(0, TimeSpan.FromSeconds(100));
        _warnings.ShouldBeEmpty();
        watch.Look(3, TimeSpan.FromSeconds(101));
        _warnings.ShouldHaveSingleItem().ShouldContain("3 so far");
        watch.Look(4000, TimeSpan.FromSeconds(110.9));
        watch.Look(5000, TimeSpan.FromSeconds(111));
        watch.Look(5000, TimeSpan.FromSeconds(200));
        _warnings.Count.ShouldBe(2);
        _warnings[1].ShouldContain("5000 so far");
    }
}
