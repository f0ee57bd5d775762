using DynamoActors.Http.Operations;

namespace DynamoActors.Http.Tests;

public sealed class LogTailTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    private readonly LogTail _log = new(100);

    [Fact]
    public async Task The_last_lines_come_first_and_then_those_that_follow()
    {
        for (var line = 0; line < 10; line++) _log.Add($"{line}");
        var last = await ReadAsync(null, 3);
        (Text(last), last.Next, last.HasGap).ShouldBe(("7 8 9", 110, false));
        (await ReadAsync(last.Next, 3)).Lines.ShouldBeEmpty();
        for (var line = 10; line < 15; line++) _log.Add($"{line}");
        var next = await ReadAsync(last.Next, 3);
        (Text(next), next.Next).ShouldBe(("10 11 12", 113));
        (await ReadAsync(next.Next, 3)).Lines.ShouldBe(["13", "14"]);
    }

    [Fact]
    public async Task A_line_ends_the_wait_for_it_and_so_does_the_end_of_the_process()
    {
        var waiting = _log.ReadAsync(100, 10, _long, TimeProvider.System, CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        _log.Add("here");
        (await waiting).Lines.ShouldBe(["here"]);
        waiting = _log.ReadAsync(101, 10, _long, TimeProvider.System, CancellationToken.None);
        _log.Close();
        (await waiting).Lines.ShouldBeEmpty();
        (await _log.ReadAsync(101, 10, _long, TimeProvider.System, CancellationToken.None)).Next.ShouldBe(101);
    }

    [Fact]
    public async Task It_is_bounded_by_lines_and_by_what_they_hold()
    {
        for (var line = 0; line < 5000; line++) _log.Add("short");
        var all = await ReadAsync(100, 10_000);
        (all.Lines.Length, all.HasGap).ShouldBe((2000, true));
        for (var line = 0; line < 100; line++) _log.Add(new string('x', 100_000));
        (await ReadAsync(100, 10_000)).Lines.Length.ShouldBe(10);
        _log.Add(new string('y', 5_000_000));
        (await ReadAsync(null, 10)).Lines.Single().Length.ShouldBe(5_000_000, "one alone is kept");
    }

    [Fact]
    public async Task Who_followed_the_process_before_gets_all_of_this_one_and_is_told()
    {
        _log.Add("first");
        var read = await ReadAsync(50, 10);
        (Text(read), read.HasGap).ShouldBe(("first", true));
    }

    private static string Text(LogReading read) => string.Join(' ', read.Lines);

    private Task<LogReading> ReadAsync(long? after, int most) =>
        _log.ReadAsync(after, most, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
}
