namespace Akka;

/// <summary>What a task of no result answers when it has finished.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
