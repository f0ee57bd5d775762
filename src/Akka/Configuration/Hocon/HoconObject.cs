namespace Akka.Configuration.Hocon;

/// <summary>The fields of an object, in no promised order.</summary>
public class HoconObject
{
    public Dictionary<string, HoconValue> Items { get; } = [];
}
