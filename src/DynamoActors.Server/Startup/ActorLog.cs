using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using ActorLogLevel = Akka.Event.LogLevel;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace DynamoActors.Server.Startup;

/// <summary>
/// Takes what the actors log, Akka's own included, to the process's log, where it reads like the rest: the category is the class that
/// speaks, the line what it says. Time and thread are the log's business.
/// </summary>
internal sealed class ActorLog : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <summary>
    /// How Akka's warnings and errors about another node that is gone begin: for each attempt to reach it one or two, some with a stack.
    /// The ring keeper says the same once, by the node's name, and what follows from it.
    /// </summary>
    private static readonly string[] SaidOfAnyLostNode =
        ["AssociationError ", "Association with remote system ", "Tried to associate with unreachable ", "Disassociated",
            "Cluster Node [{0}] - Marking node(s) as ", "Rejected incoming connection "];

    /// <summary>How Akka's errors begin about each connection whose bytes are not of its kind, whose certificate is not the cluster's, or
    /// over which nothing comes.</summary>
    private static readonly string[] SaidOfStranger =
        ["Error caught channel ", "TLS handshake failed on channel ", "Mutual TLS required but client did not provide a certificate ",
            "Half-close failed on channel ", "No response from remote for inbound association"];

    private readonly Dictionary<string, ILogger> _logs = [];
    private readonly ILoggerFactory _factory;
    private bool _isStrangerTold;

    public ActorLog()
    {
        _factory = Context.System.Settings.Setup.Get<ActorLogSetup>().Value.Factory;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent said)
    {
        var category = CategoryOf(said);
        if (!_logs.TryGetValue(category, out var log)) _logs[category] = log = _factory.CreateLogger(category);
        if (IsOfStranger(said)) TellOfStranger(log, said);
        log.Log(LevelOf(said), default, said.Message, said.Cause, static (message, _) => message?.ToString() ?? "");
    }

    /// <summary>Once: whoever has the wrong address comes again and again.</summary>
    private void TellOfStranger(ILogger log, LogEvent said)
    {
        if (_isStrangerTold) return;
        _isStrangerTold = true;
        log.LogWarning(
            "Something connects to this node's port for the cluster's own messages (--remote) and does not speak as a node does there: "
            + "another node's links, if it was given this port for them, or a node without this cluster's secret or certificate, or whose "
            + "certificate was revoked, or no node at all. It is not told of again. {Said}", said.Message);
    }

    /// <summary>Akka speaks in the name of some of its parts without naming a class.</summary>
    private static string CategoryOf(LogEvent said) =>
        said.LogClass.FullName is { } name && said.LogClass.Name != "DummyClassForStringSources" ? name : "Akka";

    private static LogLevel LevelOf(LogEvent said) => IsSaidElsewhere(said) ? LogLevel.Debug : said.LogLevel() switch
    {
        ActorLogLevel.DebugLevel => LogLevel.Debug,
        ActorLogLevel.InfoLevel => LogLevel.Information,
        ActorLogLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    private static bool IsOfStranger(LogEvent said) => Array.Exists(SaidOfStranger, beginning => BeginsWith(said, beginning));

    private static bool IsSaidElsewhere(LogEvent said) =>
        IsOfStranger(said) || Array.Exists(SaidOfAnyLostNode, beginning => BeginsWith(said, beginning));

    private static bool BeginsWith(LogEvent said, string beginning)
    {
        var text = said.Message is LogMessage message ? message.Format : said.Message?.ToString() ?? "";
        return text.StartsWith(beginning, StringComparison.Ordinal);
    }
}

internal sealed class ActorLogSetup(ILoggerFactory factory) : Setup
{
    public ILoggerFactory Factory { get; } = factory;
}
