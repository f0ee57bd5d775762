namespace Akka.Configuration.Hocon;

/// <summary>The outermost value of a configuration text, all substitutions resolved.</summary>
public class HoconRoot
{
    public HoconRoot(HoconValue value) => Value = value;

    public HoconValue Value { get; }
}
