using System.CommandLine;
using DynamoActors.Server.Commands;

// The commands stop themselves on a signal, in order and as slowly as their requests need: no deadline from here.
return await ServerCommands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
