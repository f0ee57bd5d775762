// One of three processes of an Akka.NET application, each a node of the store: README.md tells how they are started, and what to type.
using Akka.Hosting;
using Akka.Remote.Hosting;
using Cluster;
using DynamoActors.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
var name = builder.Configuration["name"] ?? "node1";
var port = builder.Configuration.GetValue("port", 4061);
// What is logged goes to standard error, beside the conversation.
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Services
    .AddDynamoStore()
    .AddHostedService<Prompt>()
    .AddAkka("notes", akka => akka
        .AddHocon("akka.stdout-loglevel = OFF", HoconAddMode.Prepend)
        .ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory())
        .WithRemoting("127.0.0.1", port)
        .WithDynamoNode(new DynamoNodeOptions
        {
            Name = name,
            DataDirectory = builder.Configuration["data"] ?? Path.Combine("data", name),
            Seeds = (builder.Configuration["seeds"] ?? "127.0.0.1:4061,127.0.0.1:4062,127.0.0.1:4063").Split(','),
        })
        .WithActors((system, registry, resolver) => registry.Register<Notebook>(system.ActorOf(resolver.Props<Notebook>(), "notebook"))));
builder.Build().Run();
