using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to each message of a test actor before the test sees it; answers who reacts to the next one.</summary>
public abstract class AutoPilot
{
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    public static KeepRunning KeepRunning => KeepRunning.Instance;

    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>Nobody reacts from here on.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    public static NoAutoPilot Instance { get; } = new();

    private NoAutoPilot()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>The same pilot reacts to the next message.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static KeepRunning Instance { get; } = new();

    private KeepRunning()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning is an answer, not a pilot: set the pilot itself.");
}

public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

public sealed class DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) : AutoPilot
{
    public override AutoPilot Run(IActorRef sender, object message) => autoPilotDelegate(sender, message);
}
