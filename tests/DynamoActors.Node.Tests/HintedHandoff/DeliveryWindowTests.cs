using DynamoActors.Node.HintedHandoff;

namespace DynamoActors.Node.Tests.HintedHandoff;

public sealed class DeliveryWindowTests
{
    private static readonly TimeSpan _quick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Grows_by_one_for_each_window_answered_quickly_up_to_its_most()
    {
        var window = new DeliveryWindow();
        int before = window.Size;
        for (int answer = 0; answer <= before; answer++) window.Answered(_quick, refused: false);
        window.Size.ShouldBe(before + 1);
        for (int answer = 0; answer < DeliveryWindow.SizeMax * DeliveryWindow.SizeMax; answer++) window.Answered(_quick, refused: false);
        window.Size.ShouldBe(DeliveryWindow.SizeMax);
    }

    [Fact]
    public void Halves_once_for_all_refusals_of_one_window_down_to_its_least()
    {
        var window = new DeliveryWindow();
        int before = window.Size;
        // What was sent before the first refusal says nothing new.
        for (int answer = 0; answer < before; answer++) window.Answered(_quick, refused: true);
        window.Size.ShouldBe(before / 2);
        window.Answered(_quick, refused: true);
        window.Size.ShouldBe(before / 4);
        for (int answer = 0; answer < 1000; answer++) window.Answered(_quick, refused: true);
        window.Size.ShouldBe(DeliveryWindow.SizeMin);
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(10, 0)]
    public void Halves_where_an_answer_takes_many_times_as_long_as_the_quickest(int milliseconds, int halvings)
    {
        var window = new DeliveryWindow();
        int before = window.Size;
        window.Answered(TimeSpan.FromMilliseconds(5), refused: false);
        window.Answered(TimeSpan.FromMilliseconds(milliseconds), refused: false);
        window.Size.ShouldBe(before >> halvings);
    }
}
