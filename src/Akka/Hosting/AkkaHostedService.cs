using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Starts the actor system with the host and runs its coordinated shutdown when the host stops; stops the host when the actor system ends by itself.</summary>
public class AkkaHostedService(
    AkkaConfigurationBuilder configurationBuilder, IServiceProvider serviceProvider, ILogger<AkkaHostedService> logger, IHostApplicationLifetime applicationLifetime)
    : IHostedService
{
    private readonly AkkaConfigurationBuilder _configuration = configurationBuilder;
    private ActorSystem? _system;

    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _system = serviceProvider.GetRequiredService<ActorSystem>();
            await _configuration.StartAsync(_system).WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = StopHostWithSystem(_system);
        }
        catch (Exception e)
        {
            logger.LogCritical(e, "The actor system {Name} could not be started", _configuration.ActorSystemName);
            throw;
        }
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is null) return;
        // What else holds the host up may take the rest of its time; the phases have limits of their own.
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task StopHostWithSystem(ActorSystem system)
    {
        await system.WhenTerminated.ConfigureAwait(false);
        applicationLifetime.StopApplication();
    }
}
