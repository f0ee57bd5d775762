using System.Net;
using System.Net.Sockets;
using DynamoActors.Links;
using DynamoActors.Server.Startup;

namespace DynamoActors.Server.Tests;

public sealed class PortsTests
{
    [Fact]
    public void A_port_in_use_is_refused_with_its_number_and_purpose()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var message = Should.Throw<StartFailure>(() => Ports.RequireFree([("--http", new HostPort("127.0.0.1", port))])).Message;
        message.ShouldContain($"Port {port} on 127.0.0.1 (--http) is in use");
        taken.Stop();
        Ports.RequireFree([("--http", new HostPort("127.0.0.1", port)), ("--remote", new HostPort("127.0.0.1", 0)), (
            "--links", new HostPort("127.0.0.1", 0))]);
    }

    [Fact]
    public void A_port_that_is_given_twice_is_refused_with_both_purposes()
    {
        var same = new HostPort("127.0.0.1", 1);
        Should.Throw<StartFailure>(
            () => Ports.RequireFree([("--remote", same), ("--http", new HostPort("127.0.0.1", 2)), ("--links", same)])).Message
            .ShouldContain("127.0.0.1:1 is given twice: --remote and --links");
    }

    [Fact]
    public void A_host_that_is_another_machines_or_none_is_refused()
    {
        // From the block kept for documentation (RFC 5737): no machine has it.
        Should.Throw<StartFailure>(() => Ports.RequireFree([("--remote", new HostPort("192.0.2.1", 4053))])).Message.ShouldContain(
            "not an address of this machine");
        Should.Throw<StartFailure>(() =>
            Ports.RequireFree([("--remote", new HostPort("no-such-host.invalid", 4053))])).Message.ShouldContain("cannot be resolved");
    }
}
