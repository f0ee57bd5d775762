using DynamoActors.Core.Versioning;

namespace DynamoActors.Core.Tests.Versioning;

public class VersionVectorTests
{
    [Fact]
    public void A_vector_knows_what_a_dictionary_of_counters_knows() => Property.ForAllScripts(4000, script =>
    {
        var vector = VersionVector.Empty;
        var model = new SortedDictionary<ulong, ulong>();
        foreach (var step in script)
        {
            var dot = new Dot((ulong)(step % 40), 1 + (ulong)(step / 40));
            vector = vector.With(dot);
            model[dot.Actor] = Math.Max(dot.Counter, model.GetValueOrDefault(dot.Actor));
        }
        vector.Entries.ToArray().ShouldBe(model.Select(entry => new Dot(entry.Key, entry.Value)));
        for (ulong actor = 0; actor < 41; actor++)
        {
            vector[actor].ShouldBe(model.GetValueOrDefault(actor));
            vector.Covers(new Dot(actor, 50)).ShouldBe(model.GetValueOrDefault(actor) >= 50);
        }
    });

    [Fact]
    public void Join_is_the_least_vector_that_covers_both() => Property.ForAllScripts(4000, script =>
    {
        var half = script.Length / 2;
        var (left, right) = (Of(script[..half]), Of(script[half..]));
        var joined = left.Join(right);
        joined.ShouldBe(Of(script));
        joined.ShouldBe(right.Join(left));
        joined.GetHashCode().ShouldBe(right.Join(left).GetHashCode());
        left.Covers(right).ShouldBe(joined.Equals(left));
        joined.Join(left).ShouldBeSameAs(joined);
    });

    [Fact]
    public void A_counter_of_zero_is_no_event()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => VersionVector.Empty.With(new Dot(1, 0)));
        VersionVector.Empty.Covers(new Dot(1, 1)).ShouldBeFalse();
    }

    [Fact]
    public void Dots_have_one_text_each()
    {
        var dot = new Dot(0xAB, ulong.MaxValue);
        dot.ToString().ShouldBe("00000000000000ab-18446744073709551615");
        Dot.TryParse(dot.ToString(), out var parsed).ShouldBeTrue();
        parsed.ShouldBe(dot);
        foreach (var wrong in (string[])
            ["", "00000000000000ab", "00000000000000ab-", "00000000000000ab-0", "00000000000000ab-01", "00000000000000AB-1",
                "0000000000000ab-11",
                "00000000000000ab-18446744073709551616", "00000000000000ab--1", " 0000000000000ab-1", "00000000000000ag-1",
                    "00000000000000ab-1 "])
            Dot.TryParse(wrong, out _).ShouldBeFalse(wrong);
    }

    private static VersionVector Of(int[] script) =>
        VersionVector.Of(Array.ConvertAll(script, step => new Dot((ulong)(step % 40), 1 + (ulong)(step / 40))));
}
