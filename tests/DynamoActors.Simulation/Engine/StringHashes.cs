using System.Reflection;
using System.Reflection.Emit;

namespace DynamoActors.Simulation.Engine;

/// <summary>Gives string.GetHashCode a fixed seed in this process. Must be the first thing that Main does.</summary>
public static class StringHashes
{
    public static string Fix(ulong seed)
    {
        var marvin = typeof(string).Assembly.GetType("System.Marvin")!;
        var field = marvin.GetField("<DefaultSeed>k__BackingField", BindingFlags.Static | BindingFlags.NonPublic)!;
        int before = "anna".GetHashCode();
        var write = new DynamicMethod("write", null, [typeof(ulong)], typeof(string).Module, skipVisibility: true);
        var il = write.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Stsfld, field); il.Emit(OpCodes.Ret);
        write.CreateDelegate<Action<ulong>>()(seed);
        return $"{before:x8} -> {"anna".GetHashCode():x8}";
    }
}
