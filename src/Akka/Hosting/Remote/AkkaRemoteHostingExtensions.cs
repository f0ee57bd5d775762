using Akka.Actor;
using Akka.Hosting;

namespace Akka.Remote.Hosting;

public static class AkkaRemoteHostingExtensions
{
    /// <summary>Lets other nodes reach this system's actors.</summary>
    public static AkkaConfigurationBuilder WithRemoting(
        this AkkaConfigurationBuilder builder, string? hostname = null, int? port = null, string? publicHostname = null, int? publicPort = null) =>
        builder.WithRemoting(new RemoteOptions { HostName = hostname, Port = port, PublicHostName = publicHostname, PublicPort = publicPort });

    public static AkkaConfigurationBuilder WithRemoting(this AkkaConfigurationBuilder builder, Action<RemoteOptions> configure)
    {
        var options = new RemoteOptions();
        configure(options);
        return builder.WithRemoting(options);
    }

    public static AkkaConfigurationBuilder WithRemoting(this AkkaConfigurationBuilder builder, RemoteOptions options)
    {
        // A cluster node has remoting anyway.
        if (!builder.ActorRefProvider.HasValue) builder.WithActorRefProvider(ProviderSelection.Remote.Instance);
        string hocon = options.ToHocon();
        return hocon.Length == 0 ? builder : builder.AddHocon(hocon, HoconAddMode.Prepend);
    }
}
