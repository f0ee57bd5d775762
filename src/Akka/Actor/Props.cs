using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>How to build an actor: its class, its constructor's arguments, where it runs, who supervises. Immutable.</summary>
public class Props
{
    private static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> _invokers = new();

    private ConstructorInvoker? _invoker;

    private Props(Type type, object?[] arguments)
    {
        if (!typeof(ActorBase).IsAssignableFrom(type) || type.IsAbstract)
            throw new ArgumentException($"{type} is no actor that can be built: it must be a class that is not abstract and derives from ActorBase.");
        Type = type;
        Arguments = arguments!;
    }

    private Props(Props other)
    {
        Type = other.Type;
        Arguments = other.Arguments;
        Dispatcher = other.Dispatcher;
        SupervisorStrategy = other.SupervisorStrategy;
        _invoker = other._invoker;
    }

    public Type Type { get; }

    public object[] Arguments { get; }

    /// <summary>The id of the dispatcher's configuration.</summary>
    public string Dispatcher { get; private init; } = Dispatchers.DefaultDispatcherId;

    /// <summary>In place of the strategy that the actor itself gives for its children; null leaves it that.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; private init; }

    /// <summary>From a <c>new</c> expression. The arguments are evaluated here, once.</summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression { Constructor: { } constructor } creation)
            throw new ArgumentException($"Props.Create takes an expression that is one call of a constructor, not {factory.Body}.");
        var arguments = new object?[creation.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = ValueOf(creation.Arguments[i]);
        return new Props(typeof(TActor), arguments) { _invoker = InvokerOf(constructor), SupervisorStrategy = supervisorStrategy };
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), []) { SupervisorStrategy = supervisorStrategy };

    public static Props Create(Type type, params object[] args) => new(type, args);

    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher };

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    public virtual ActorBase NewActor() => (ActorBase)(_invoker ??= InvokerOf(FindConstructor())).Invoke(new Span<object?>(Arguments))!;

    public override string ToString() => $"Props({Type.FullName})";

    private static ConstructorInvoker InvokerOf(ConstructorInfo constructor) => _invokers.GetOrAdd(constructor, ConstructorInvoker.Create);

    private ConstructorInfo FindConstructor()
    {
        ConstructorInfo? found = null;
        foreach (ConstructorInfo constructor in Type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            ParameterInfo[] parameters = constructor.GetParameters();
            if (parameters.Length != Arguments.Length || !Fit(parameters))
                continue;
            if (found is not null)
                throw new MissingMethodException($"{Type} has several constructors that take {Described()}: use Props.Create(() => new {Type.Name}(...)).");
            found = constructor;
        }
        return found ?? throw new MissingMethodException($"{Type} has no constructor that takes {Described()}.");
    }

    private bool Fit(ParameterInfo[] parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            Type wanted = parameters[i].ParameterType;
            object? given = Arguments[i];
            if (given is null ? wanted.IsValueType && Nullable.GetUnderlyingType(wanted) is null : !wanted.IsInstanceOfType(given))
                return false;
        }
        return true;
    }

    private string Described() =>
        Arguments.Length == 0 ? "no argument" : $"({string.Join(", ", Arguments.Select(a => a?.GetType().Name ?? "null"))})";

    private static object? ValueOf(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is { } owner ? ValueOf(owner) : null),
        _ => Expression.Lambda(expression).Compile(preferInterpretation: true).DynamicInvoke(),
    };
}
