using Akka.Configuration;
using DynamoActors.Http;
using DynamoActors.Http.Operations;
using DynamoActors.Http.Security;
using DynamoActors.Links;
using DynamoActors.Node.Hosting;
using DynamoActors.Resp;
using DynamoActors.Server.Repair;
using DynamoActors.Storage;
using DynamoActors.Storage.Files;
using Microsoft.Extensions.Logging;

namespace DynamoActors.Server.Startup;

/// <summary>Runs one node in this process: checks what it was told, starts its actors and its HTTP, and stops both on a signal.</summary>
internal static class NodeProgram
{
    /// <summary>Longer than any request may take by default; the node's own deadline ends those that the cluster cannot answer.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(NodeLaunch launch, CancellationToken outer)
    {
        try
        {
            // First of all: with a few open files more there are none left to say so.
            OpenFiles.RequireEnough(OpenFiles.Limit);
        }
        catch (StartFailure failure)
        {
            return await FailAsync(failure.Message, failure.ExitCode);
        }

        using var stop = new StopSignal(outer);
        if (launch.UntilInputEnds) stop.FollowInput();
        try
        {
            return await RunAsync(launch, stop);
        }
        catch (StartFailure failure)
        {
            return await FailAsync(failure.Message, failure.ExitCode);
        }
        catch (Exception e) when (e is ConfigurationException or FormatException)
        {
            // One of Akka's own settings.
            return await FailAsync($"The configuration cannot be used: {e.Message}", ExitCodes.CannotStart);
        }
        catch (StorageCorruptException e)
        {
            return await FailAsync($"The node cannot start without what is damaged in {launch.DataDirectory} (--data): {e.Message}. "
                + RepairAdvice.For(launch.DataDirectory), ExitCodes.CannotStart);
        }
        catch (StorageException e)
        {
            return await FailAsync(
                $"The data directory {launch.DataDirectory} (--data) cannot be used: {e.Message}", ExitCodes.CannotStart);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> RunAsync(NodeLaunch launch, StopSignal stop)
    {
        var configuration = CheckedConfiguration.Of(NodeConfiguration.Read(launch));
        var http = configuration.Http;
        var resp = configuration.Resp;
        List<(string, HostPort)> ports =
        [
            (launch.Http is null ? "dynamo.http" : "--http", HostPort.Of(http.Host, http.Port)),
            (launch.Remote is null ? "akka.remote.dot-netty.tcp" : "--remote", configuration.Akka.Remote),
            (launch.Links is null ? "dynamo.links" : "--links", configuration.Links.Listen),
        ];
        if (resp.IsEnabled) ports.Add((launch.Resp is null ? "dynamo.resp" : "--resp", HostPort.Of(resp.Host, resp.Port)));
        List<(string, string)> clients = [(ports[0].Item1, http.Host)];
        if (resp.IsEnabled) clients.Add((ports[^1].Item1, resp.Host));
        if (configuration.Security.Exposed(clients, ports[1..3].Select(peer => (peer.Item1, peer.Item2.Host))) is { } exposed)
            throw new StartFailure(exposed);
        Ports.RequireFree(ports);
        using var data = DataDirectory.Open(launch.DataDirectory, configuration.Node.Name);
        var tail = LogTail.StartingAt(TimeProvider.System.GetUtcNow());
        using var logs = ConsoleLog.Create(configuration.Akka.LogLevel, tail, configuration.LogsJson);
        var log = logs.CreateLogger("DynamoActors.Server");
        configuration.Security.Complaints.Heard = complaint => log.LogError("{Complaint}", complaint);
        MemoryReport.Write(configuration, MemoryReport.AvailableBytes, log);
        HeapCare.Begin(MemoryReport.AvailableBytes, MemoryShares.Counts.Of(configuration.Config));
        OpenFiles.Report(configuration, OpenFiles.Limit, log);
        await ServeAsync(configuration with { Http = configuration.Http with { Log = tail } }, launch, data, logs, log, stop);
        log.LogInformation("{Node} has stopped", configuration.Node.Name);
        return 0;
    }

    private static async Task ServeAsync(
        CheckedConfiguration configuration, NodeLaunch launch, DataDirectory data, ILoggerFactory logs, ILogger log, StopSignal stop)
    {
        var name = configuration.Node.Name;
        using var telemetry = new Telemetry(name, configuration.Collector, configuration.TraceSample);
        await using var running =
            await NodeComposition.StartAsync(configuration, RepairAdvice.For(data.Path), logs, telemetry.Meter, stop.Token);
        telemetry.Observe(running.Node);
        var http = configuration.Http with
        {
            Metrics = telemetry.Page,
            Care = running.Care,
            Audit = new AuditDirectory(new RealFileSystem(), Path.Combine(data.Path, "audit")),
        };
        await using var frontEnd = await HttpFrontEnd.StartAsync(running.Node, http, logs, stop.Token);
        log.LogInformation("{Node} (pid {Pid}) takes {Protocol} on {Address}",
            name, Environment.ProcessId, configuration.Http.Tls is null ? "HTTP" : "HTTPS",
            HostPort.Of(configuration.Http.Host, frontEnd.Port));

        await using var respFrontEnd = configuration.Resp.IsEnabled
            ? await RespFrontEnd.StartAsync(running.Node, configuration.Resp, frontEnd, logs, stop.Token) : null;
        if (respFrontEnd is not null)
            log.LogInformation("{Node} takes RESP on {Address}", name, HostPort.Of(configuration.Resp.Host, respFrontEnd.Port));

        var stopped = StoppedAsync(running, launch, configuration.Akka.Seeds, log, stop);
        var ended = await Task.WhenAny(running.Ended, stopped);
        if (stop.Token.IsCancellationRequested)
            log.LogInformation("{Node} is asked to stop: it takes no new requests, and ends those under way", name);
        await Task.WhenAll(frontEnd.StopAsync(DrainPatience), respFrontEnd?.StopAsync(DrainPatience) ?? Task.CompletedTask);
        if (ended != stopped && running.HasLeft)
        {
            log.LogInformation("{Reason}", await running.Ended);
            return;
        }

        if (ended != stopped)
            throw new StartFailure($"{name} has ended by itself: {await running.Ended}. Mend that and start it again.");
        await stopped;
    }

    private static async Task StoppedAsync(
        IRunningNode running, NodeLaunch launch, IReadOnlyList<HostPort> seeds, ILogger log, StopSignal stop)
    {
        await JoinWatch.WaitAsync(running.Node, seeds, launch.JoinTimeout, log, stop.Token);
        await ReadinessLog.WriteAsync(running.Node, log, stop.Token);
        await stop.WaitAsync();
    }

    private static async Task<int> FailAsync(string message, int exitCode)
    {
        await Console.Error.WriteLineAsync(message);
        return exitCode;
    }
}
