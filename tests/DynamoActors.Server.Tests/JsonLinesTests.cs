using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Event;
using DynamoActors.Http.Operations;
using DynamoActors.Server.Startup;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace DynamoActors.Server.Tests;

/// <summary>The log as JSON, for what the server says and for what actors say.</summary>
public sealed class JsonLinesTests
{
    [Fact]
    public void A_line_is_an_object_with_its_arguments_by_name()
    {
        var line = Written(log => log.LogWarning("{Node} waits for {Count} others \"now\"", "node1", 2));
        ((string)line["level"]!, (string)line["category"]!, (string)line["message"]!)
            .ShouldBe(("warn", "DynamoActors.Server", "node1 waits for 2 others \"now\""));
        ((string)line["arguments"]!["Node"]!, (int)line["arguments"]!["Count"]!).ShouldBe(("node1", 2));
        DateTimeOffset.Parse((string)line["time"]!)
            .ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        line.AsObject().ContainsKey("exception").ShouldBeFalse();
        ((string)Written(log => log.LogError(new IOException("broken\npipe"), "It failed"))["exception"]!).ShouldContain("broken\npipe");
    }

    [Fact]
    public void Lines_of_one_sort_have_one_event_whatever_their_arguments()
    {
        string EventOf(string node) => (string)Written(log => log.LogInformation("{Node} has stopped", node))["event"]!;
        EventOf("node1").ShouldBe(EventOf("node2"));
        // It is in people's filters: it must not change.
        EventOf("node1").ShouldBe("Server-1ddba8a2");
        EventOf("node1").ShouldNotBe((string)Written(log => log.LogInformation("{Node} has started", "node1"))["event"]!);
    }

    [Fact]
    public async Task What_an_actor_says_has_its_arguments_by_number()
    {
        const string Sentence = "{0} cannot be reached ({1})";
        var told = new TaskCompletionSource<LogEvent>();
        var system = ActorSystem.Create("lines", "akka { loggers = [], stdout-loglevel = OFF }");
        system.EventStream.Subscribe(system.ActorOf(Props.Create(typeof(Listening), told, Sentence)), typeof(Info));
        system.Log.Info(Sentence, "node2", "closed");
        var said = await told.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await system.Terminate();
        var line = Written(log => log.Log(LogLevel.Information, default, said.Message, null, static (message, _) => message.ToString()!));
        ((string)line["message"]!, (string)line["arguments"]!["1"]!).ShouldBe(("node2 cannot be reached (closed)", "closed"));
        ((string)line["event"]!).ShouldBe(JsonLines.EventOf("DynamoActors.Server", Sentence));
    }

    [Fact]
    public void Another_format_is_refused_by_name() =>
        Should.Throw<StartFailure>(() => CheckedConfiguration.Of(NodeConfiguration.Read(new NodeLaunch
        {
            Name = "node1",
            DataDirectory = "/data",
            ConfigFile = NodeConfiguration.DefaultFile("node.conf"),
            Settings = ["dynamo.log.format=xml"],
        }))).Message.ShouldContain("dynamo.log.format is 'xml'; it must be text or json");

    private static JsonNode Written(Action<ILogger> write)
    {
        var writer = new StringWriter();
        write(new Direct(writer));
        var line = writer.ToString().TrimEnd('\n');
        line.ShouldNotContain("\n");
        return JsonNode.Parse(line)!;
    }

    private sealed class Listening : ReceiveActor
    {
        public Listening(TaskCompletionSource<LogEvent> told, string sentence) =>
            Receive<LogEvent>(said => (said.Message as LogMessage)?.Format == sentence, said => told.TrySetResult(said));
    }

    /// <summary>What is logged goes to the formatter and nowhere else.</summary>
    private sealed class Direct(TextWriter writer) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            new JsonLines(new LogTail(0)).Write(
                new LogEntry<TState>(logLevel, "DynamoActors.Server", eventId, state, exception, formatter), null, writer);
    }
}
