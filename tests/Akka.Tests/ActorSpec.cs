namespace Akka.Tests;

/// <summary>
/// Base of the specs on one local actor system. More patient than the TestKit by itself: what has to come comes at once, except on a
/// machine that has much else to do, and only a failure waits to the end.
/// </summary>
public abstract class ActorSpec(string hocon = "") : Akka.TestKit.Xunit2.TestKit(hocon + Patience)
{
    private const string Patience = """

        akka.test {
          single-expect-default = 60s
          default-timeout = 60s
          filter-leeway = 60s
        }
        """;
}
