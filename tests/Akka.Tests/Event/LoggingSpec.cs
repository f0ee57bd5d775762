using Akka.Actor;
using Akka.Event;

namespace Akka.Tests.Event;

public sealed class LoggingSpec() : ActorSpec("akka.loglevel = INFO")
{
    [Theory]
    [InlineData("{0} of {1}", "1 of x")]
    [InlineData("{Done} of {All}", "1 of x")]
    [InlineData("{Done} of {All}, again {Done}", "1 of x, again 1")]
    [InlineData("{Done:000}|{All,3}", "001|  x")]
    [InlineData("{{literal}} {0}", "{literal} 1")]
    [InlineData("too few: {0} {1} {2}", "too few: {0} {1} {2} [1, x]")]
    [InlineData("unbalanced { {0}", "unbalanced { {0} [1, x]")]
    public void A_template_takes_its_arguments_by_number_or_by_name(string template, string text)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        Log.Info(template, 1, "x");
        Info entry = ExpectMsg<Info>();
        entry.Message.ToString().ShouldBe(text);
        ((LogMessage)entry.Message).Parameters().ShouldBe([1, "x"]);
    }

    [Fact]
    public void Nothing_is_published_below_the_level()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        Log.IsDebugEnabled.ShouldBeFalse();
        Log.Debug("unseen");
        Log.Debug("unseen {0}", 1);
        Log.Warning("seen");
        ExpectMsg<Warning>(entry => entry.Message is "seen");
    }

    [Fact]
    public void An_entry_says_who_when_and_why()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        IActorRef actor = ActorOf(() => new Logger(), "logger");
        var cause = new InvalidOperationException("boom");
        actor.Tell(cause);
        Error entry = ExpectMsg<Error>();
        entry.LogSource.ShouldBe("akka://test/user/logger");
        entry.LogClass.ShouldBe(typeof(Logger));
        entry.Cause.ShouldBeSameAs(cause);
        entry.Timestamp.Kind.ShouldBe(DateTimeKind.Utc);
        entry.Timestamp.ShouldNotBe(default);
        entry.LogLevel().ShouldBe(LogLevel.ErrorLevel);
        entry.ToString().ShouldStartWith("[ERROR]");
    }

    [Fact]
    public void A_level_that_is_none_is_refused() =>
        Should.Throw<ArgumentException>(() => Logging.LogLevelFor("LOUD")).Message.ShouldContain("'LOUD' is no log level");

    private sealed class Logger : ReceiveActor
    {
        public Logger()
        {
            ILoggingAdapter log = Context.GetLogger();
            Receive<Exception>(cause => log.Error(cause, "failed: {Reason}", cause.Message));
        }
    }
}
