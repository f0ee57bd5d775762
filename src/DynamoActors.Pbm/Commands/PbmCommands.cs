using System.CommandLine;
using DynamoActors.Pbm.Asking;
using DynamoActors.Pbm.Showing;

namespace DynamoActors.Pbm.Commands;

/// <summary>Every command there is, and what they have in common.</summary>
internal sealed class PbmCommands
{
    private readonly PbmEnvironment _environment;

    private readonly Option<string?> _node = new("--node", "-n")
    {
        Description = $"host:port of a node's HTTP; any will do, and of several with commas between them the first that answers. Else "
            + $"PBM_NODE, else the file 'nodes' in ~/.config/pbm, else {NodeAddresses.Default}.",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "The answer as JSON.", Recursive = true };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "Seconds to wait for each answer.",
        DefaultValueFactory = _ => 10,
        Recursive = true,
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "A file with the token to show. Else PBM_TOKEN, else the file that PBM_TOKEN_FILE names, else the file 'token' in "
            + "~/.config/pbm, else none.",
        Recursive = true,
    };

    private readonly Option<string?> _authority = new("--authority")
    {
        Description = "A file in PEM with the authority of the nodes' certificates, for https. Else PBM_AUTHORITY, else this machine's.",
        Recursive = true,
    };

    private readonly Option<string?> _certificate = new("--certificate")
    {
        Description = "A file in PEM with the certificate to show, for https, in the place of a token. Else PBM_CERTIFICATE, else none.",
        Recursive = true,
    };

    private readonly Option<string?> _key = new("--key-file")
    { Description = "A file in PEM with that certificate's key. Else PBM_KEY_FILE, else it is in the same file.", Recursive = true };

    private PbmCommands(PbmEnvironment environment) => _environment = environment;

    public static RootCommand Create(PbmEnvironment environment)
    {
        var all = new PbmCommands(environment);
        var root = new RootCommand(
            "What a DynamoActors cluster is doing, and what its operators do. Without a command: a shell. Exit codes: 0 well; 1 no "
            + "(absent, not ready, slower); 2 wrong usage; 3 no node; 4 refused or failed; 5 several versions.")
        {
            all._node, all._json, all._timeout, all._tokenFile, all._authority, all._certificate, all._key,
        };
        all._timeout.Validators.Add(result =>
        {
            // What is no number at all the parser itself refuses.
            if (result.Tokens is [.., var last] && double.TryParse(last.Value, out var seconds) && seconds is not (> 0 and <= 3600))
                result.AddError("--timeout is a number of seconds above 0, at most 3600.");
        });
        root.Add(ClusterCommands.Create(all));
        root.Add(PlanCommands.Transfers(all));
        root.Add(RingCommands.Create(all));
        root.Add(KeyCommands.Explain(all));
        root.Add(NodeCommands.Hints(all));
        root.Add(NodeCommands.AntiEntropy(all));
        root.Add(NodeCommands.Statistics(all));
        root.Add(TopCommand.Create(all));
        root.Add(BucketCommands.Create(all));
        root.Add(KeyCommands.Get(all));
        root.Add(KeyCommands.Put(all));
        root.Add(KeyCommands.Delete(all));
        root.Add(KeyCommands.List(all));
        root.Add(BenchCommand.Create(all));
        root.Add(BackupCommands.Create(all));
        root.Add(CareCommands.Scrub(all));
        root.Add(CareCommands.Repair(all));
        root.Add(TokenCommands.Create(all));
        root.Add(TokenCommands.Audit(all));
        root.Add(CertificatesCommand.Create(all));
        root.Add(LogCommands.Create(all));
        root.Add(ActorCommands.Create(all));
        root.Add(CompletionCommand.Create(all));
        return root;
    }

    public PbmEnvironment Environment => _environment;

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public NodeAccess AccessOf(ParseResult parsed) => new(
        NodeAccess.TokenOf(parsed.GetValue(_tokenFile), _environment), parsed.GetValue(_authority) ?? _environment.Authority,
        parsed.GetValue(_certificate) ?? _environment.Certificate, parsed.GetValue(_key) ?? _environment.KeyFile);

    /// <summary>How long a node may be silent.</summary>
    public TimeSpan PatienceOf(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout));

    /// <summary>A command that asks once, and shows what came.</summary>
    public Command Asking(Command command, Func<ClusterClient, ParseResult, CancellationToken, Task<Reply>> ask) =>
        With(command, async (cluster, parsed, stop) =>
        {
            var reply = await ask(cluster, parsed, stop);
            reply.Write(_environment, IsJson(parsed));
            return reply.ExitCode;
        });

    /// <summary>A command that writes as it goes.</summary>
    public Command With(Command command, Func<ClusterClient, ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parsed, stop) =>
        {
            using var cluster = new ClusterClient(NodeAddresses.Of(parsed.GetValue(_node), _environment),
                TimeSpan.FromSeconds(parsed.GetValue(_timeout)), AccessOf(parsed));
            return await run(cluster, parsed, stop);
        });
        return command;
    }
}
