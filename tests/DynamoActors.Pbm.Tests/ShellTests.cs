using System.Diagnostics;
using DynamoActors.Pbm.Shell;
using DynamoActors.Pbm.Showing;

namespace DynamoActors.Pbm.Tests;

public sealed class ShellTests : PbmFixture
{
    [Fact]
    public async Task Lines_from_a_pipe_are_run_until_one_fails()
    {
        var ran = await RunWithAsync(Address, "# a comment\n\ncluster leader\nput 'k k' \"a b\"\nget nothing\ncluster leader\n");
        ran.Code.ShouldBe(ExitCodes.No, ran.ToString());
        ran.Out.Split('\n').Count(line => line.Trim() == "node2").ShouldBe(1);
        ran.Error.ShouldContain("'nothing'");
    }

    [Fact]
    public void The_arrows_bring_back_what_was_entered_and_then_what_was_begun()
    {
        var line = Line(["one", "two"]);
        Type(line, "th");
        Press(line, ConsoleKey.UpArrow).ShouldBe("two");
        Press(line, ConsoleKey.UpArrow).ShouldBe("one");
        Press(line, ConsoleKey.UpArrow).ShouldBe("one");
        Press(line, ConsoleKey.DownArrow).ShouldBe("two");
        Press(line, ConsoleKey.DownArrow).ShouldBe("th");
        Press(line, ConsoleKey.Enter);
        line.End.ShouldBe(LineEnd.Entered);
    }

    [Fact]
    public void A_line_is_edited_where_the_cursor_is()
    {
        var line = Line([]);
        Type(line, "clster");
        Press(line, ConsoleKey.Home);
        Press(line, ConsoleKey.RightArrow);
        Press(line, ConsoleKey.RightArrow);
        Type(line, "u");
        line.Text.ShouldBe("cluster");
        Press(line, ConsoleKey.Delete).ShouldBe("cluter");
        Press(line, ConsoleKey.Backspace).ShouldBe("clter");
        Press(line, ConsoleKey.K, control: true).ShouldBe("cl");
        Press(line, ConsoleKey.D, control: true).ShouldBe("cl");
        line.End.ShouldBe(LineEnd.None);
        Press(line, ConsoleKey.U, control: true).ShouldBe("");
        Press(line, ConsoleKey.D, control: true);
        line.End.ShouldBe(LineEnd.Left);
    }

    [Fact]
    public void Of_a_line_that_is_longer_than_the_row_the_part_at_the_cursor_is_shown()
    {
        var line = Line([]);
        Type(line, "abcdefgh");
        line.In(20).ShouldBe(("abcdefgh", 8));
        line.In(9).ShouldBe(("abcdefgh", 8));
        line.In(5).ShouldBe(("efgh", 4));
        Press(line, ConsoleKey.LeftArrow);
        line.In(5).ShouldBe(("defg", 4));
        Press(line, ConsoleKey.Home);
        line.In(5).ShouldBe(("abcd", 0));
        line.In(-3).ShouldBe(("", 0));
    }

    [Fact]
    public void A_tab_completes_what_is_clear_and_shows_what_is_not()
    {
        var line = Line([], "show", "status", "leader");
        Type(line, "cluster l");
        Press(line, ConsoleKey.Tab).ShouldBe("cluster leader ");
        line = Line([], "show", "status", "leader");
        Type(line, "cluster s");
        Press(line, ConsoleKey.Tab).ShouldBe("cluster s");
        line.Choices.ShouldBe(["show", "status"]);
        Type(line, "x");
        Press(line, ConsoleKey.Tab).ShouldBe("cluster sx");
        line.Choices.ShouldBeEmpty();
    }

    [Fact]
    public void The_history_outlives_the_shell_and_has_no_line_twice_in_a_row()
    {
        var file = Path.Combine(SettingsDirectory, "below", "history");
        var history = new History(file, max: 3);
        foreach (var line in (string[])["a", "b", "b", "c", "d"]) history.Add(line);
        new History(file, max: 3).Lines.ShouldBe(["b", "c", "d"]);
    }

    [Fact]
    public async Task A_shells_completion_asks_pbm()
    {
        (await RunAsync("[suggest:13]", "pbm cluster s")).Out.Split('\n').ShouldContain("status");
        var script = (await RunAsync("completion", "bash")).Out;
        script.ShouldContain("pbm");
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(
            script + "\npbm() { [ \"$1\" = '[suggest:5]' ] && printf 'put\\nexplain\\n'; }\nCOMP_LINE='pbm e' COMP_POINT=5 "
                + "COMP_WORDS=(pbm e) COMP_CWORD=1\n_pbm\necho \"${COMPREPLY[@]}\"\n");
        bash.StandardInput.Close();
        (await bash.StandardOutput.ReadToEndAsync()).Trim().ShouldBe("explain");
        (await RunAsync("completion", "fish")).Code.ShouldBe(ExitCodes.Usage);
    }

    [Theory]
    [InlineData("a  b", "a|b")]
    [InlineData(" put 'a b' \"c 'd\" ", "put|a b|c 'd")]
    [InlineData("put k ''", "put|k|")]
    [InlineData("a'b c'd", "ab cd")]
    [InlineData("put 'unfinished x", "put|unfinished x")]
    public void Words_stand_together_in_quotation_marks(string line, string words) => string.Join('|', Words.In(line)).ShouldBe(words);

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1024d * 1024 * 300, "300 MiB")]
    public void Bytes_are_written_as_people_do(double bytes, string shown) => Shown.Bytes(bytes).ShouldBe(shown);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.00025, "250 µs")]
    [InlineData(0.0025, "2.50 ms")]
    [InlineData(59.9, "59.9 s")]
    [InlineData(3700, "1 h 1 min")]
    [InlineData(90_000, "1 d 1 h")]
    public void Times_are_written_as_people_do(double seconds, string shown) => Shown.Seconds(seconds).ShouldBe(shown);

    [Fact]
    public void Metrics_are_read_with_their_labels_and_quantiles_of_what_came_since()
    {
        var before = PrometheusText.Parse(
            "h_bucket{op=\"a\",le=\"0.1\"} 10\nh_bucket{op=\"a\",le=\"0.2\"} 10\nh_bucket{op=\"a\",le=\"+Inf\"} 10\n");
        var now = PrometheusText.Parse(
            "# TYPE h histogram\nh_bucket{op=\"a\",le=\"0.1\"} 10\nh_bucket{op=\"a\",le=\"0.2\"} 110\nh_bucket{op=\"a\",le=\"+Inf\"} 110\n"
            + "h_bucket{op=\"b\",le=\"0.1\"} 0\nh_bucket{op=\"b\",le=\"0.2\"} 0\nh_bucket{op=\"b\",le=\"+Inf\"} 0\nx{p=\"a,\\\"b\"} "
                + "1.5\nx{p=\"c\"} 2\ny 3\n");
        now.Quantile("h", 0.5, before).ShouldBe(0.15, 0.0001);
        double.IsNaN(now.Quantile("h", 0.5, now)).ShouldBeTrue();
        (now.Sum("x"), now.Sum("x", "p", label => label == "a,\"b"), now.Max("x"), now.Sum("y"), now.Sum("z"))
            .ShouldBe((3.5, 1.5, 2, 3, 0));
    }

    private static EditedLine Line(string[] history, params string[] words) => new(history, _ => words);

    private static void Type(EditedLine line, string text)
    {
        foreach (var one in text) line.Press(new ConsoleKeyInfo(one, default, false, false, false));
    }

    private static string Press(EditedLine line, ConsoleKey key, bool control = false)
    {
        line.Press(new ConsoleKeyInfo('\0', key, false, false, control));
        return line.Text;
    }
}
