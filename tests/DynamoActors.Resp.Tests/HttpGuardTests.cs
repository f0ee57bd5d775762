using Microsoft.Extensions.Logging;

namespace DynamoActors.Resp.Tests;

/// <summary>Whoever reaches the port can speak HTTP to it as often as he likes.</summary>
public sealed class HttpGuardTests(NodeFixture fixture) : RespFixture(fixture)
{
    private readonly Warnings _warnings = new();

    protected override ILoggerFactory Logs => LoggerFactory.Create(builder => builder.AddProvider(_warnings));

    [Fact]
    public void However_many_speak_http_the_log_tells_it_once_in_a_while()
    {
        for (var index = 0; index < 5; index++)
        {
            using var browser = Connect();
            browser.SendRaw("POST / HTTP/1.1\r\n\r\n");
            browser.IsClosed().ShouldBeTrue();
        }

        _warnings.Lines.ShouldHaveSingleItem().ShouldContain("speaks HTTP to the port for Redis's clients, and is cut off; 1 were so far");
    }
}
