using DynamoActors.Links;

namespace DynamoActors.Server.Tests;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("127.0.0.1:8081", "127.0.0.1", 8081)]
    [InlineData("node-1.example:4053", "node-1.example", 4053)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("localhost:0", "localhost", 0)]
    public void Host_and_port_are_told_apart_and_written_back(string text, string host, int port)
    {
        HostPort.TryParse(text, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(new HostPort(host, port));
        parsed.ToString().ShouldBe(text);
    }

    [Fact]
    public void An_address_of_version_6_may_be_configured_with_brackets_or_without()
    {
        HostPort.Of("::1", 81).ToString().ShouldBe("[::1]:81");
        HostPort.Of("[::1]", 81).ShouldBe(HostPort.Of("::1", 81));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8081")]
    [InlineData(":8081")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:http")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("::1:8081")]
    [InlineData("http://localhost:8081")]
    [InlineData("a b:1")]
    public void Anything_else_is_refused(string text) => HostPort.TryParse(text, out _).ShouldBeFalse();
}
