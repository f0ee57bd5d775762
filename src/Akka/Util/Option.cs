namespace Akka.Util;

/// <summary>A value, or the absence of one; the default is none.</summary>
public readonly struct Option<T>(T value)
{
    public static readonly Option<T> None;

    public bool HasValue { get; } = true;

    public T Value { get; } = value;

    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;

    public static implicit operator Option<T>(T value) => new(value);

    public override string ToString() => HasValue ? $"Some<{Value}>" : "None";
}
