using DynamoActors.Fuzz.Targets;
using DynamoActors.Tests.Shared;

namespace DynamoActors.Fuzz;

/// <summary>
/// Each reader keeps what it promises: for all that was ever found and kept, and for inputs that are nearly sound, of each day others.
/// build/fuzz looks further, led by what code an input reaches.
/// </summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Names => [.. Target.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_reader_promises_holds_for_any_input(string name)
    {
        var target = Target.Named(name);
        var corpus = target.Corpus;
        foreach (var input in corpus) target.Try(input);
        Mutations.Try(corpus, target.Try);
    }

    /// <summary>A few bytes that once stood for as many as there is memory; too long to be kept among those that are changed.</summary>
    [Fact]
    public void An_index_whose_keys_lean_on_each_other_takes_memory_by_its_length() =>
        Target.Named("tables").Try(TableTarget.LeaningOnEachOther(blocks: 30_000));
}
