using Akka.Util;

namespace Akka.Actor.Setup;

/// <summary>A programmatic part of an actor system's configuration; the last of one type wins.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}

/// <summary>The setups an actor system is created with, one a type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Dictionary<Type, Setup> _setups;

    private ActorSystemSetup(Dictionary<Type, Setup> setups) => _setups = setups;

    public static ActorSystemSetup Create(params Setup[] setups)
    {
        var all = new Dictionary<Type, Setup>();
        foreach (Setup setup in setups)
            all[setup.GetType()] = setup;
        return new ActorSystemSetup(all);
    }

    public Option<T> Get<T>()
        where T : Setup => _setups.TryGetValue(typeof(T), out Setup? setup) ? new Option<T>((T)setup) : Option<T>.None;

    public ActorSystemSetup And<T>(T setup)
        where T : Setup => WithSetup(setup);

    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => new(new Dictionary<Type, Setup>(_setups) { [setup.GetType()] = setup });
}
