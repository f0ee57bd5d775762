using DynamoActors.Core.Quorum;

namespace DynamoActors.Core.Tests.Quorum;

public class QuorumSettingTests
{
    [Theory]
    [InlineData("one", 3, 1)]
    [InlineData("quorum", 1, 1)]
    [InlineData("quorum", 2, 2)]
    [InlineData("quorum", 3, 2)]
    [InlineData("quorum", 4, 3)]
    [InlineData("quorum", 5, 3)]
    [InlineData("all", 5, 5)]
    [InlineData("2", 5, 2)]
    [InlineData("7", 5, 7)]
    public void Words_become_numbers_and_numbers_stay(string text, int n, int expected)
    {
        QuorumSetting.TryParse(text, out var setting, out var error).ShouldBeTrue(error);
        setting.Resolve(n).ShouldBe(expected);
        setting.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.5")]
    [InlineData("One")]
    [InlineData("majority")]
    [InlineData("99999999999")]
    public void Anything_else_is_refused_by_name(string text)
    {
        QuorumSetting.TryParse(text, out _, out var error).ShouldBeFalse();
        error!.ShouldContain($"'{text}'");
    }

    [Fact]
    public void The_default_value_is_a_majority() => default(QuorumSetting).ShouldBe(QuorumSetting.Majority);

    [Fact]
    public void Numbers_below_one_are_no_setting() => Should.Throw<ArgumentOutOfRangeException>(() => QuorumSetting.Of(0));
}
