using System.CommandLine;

namespace DynamoActors.Pbm.Commands;

/// <summary><c>pbm completion</c>: scripts that have the shell ask pbm itself what may come next.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or pwsh." };

    private static readonly Dictionary<string, string> _scripts = new()
    {
        ["bash"] = """
            # For ~/.bashrc: eval "$(pbm completion bash)"
            _pbm() {
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$(pbm "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _pbm pbm
            """,
        ["zsh"] = """
            # For ~/.zshrc, behind compinit: eval "$(pbm completion zsh)"
            _pbm() {
              local -a found
              found=("${(@f)$(pbm "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -- $found
            }
            compdef _pbm pbm
            """,
        ["pwsh"] = """
            # For $PROFILE: pbm completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName pbm -ScriptBlock {
              param($word, $line, $position)
              pbm "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    static CompletionCommand() => _shell.AcceptOnlyFromAmong([.. _scripts.Keys]);

    public static Command Create(PbmCommands all)
    {
        var command = new Command("completion", "A script that lets a shell complete pbm's commands.") { _shell };
        command.SetAction(parsed => all.Environment.Out.WriteLine(_scripts[parsed.GetRequiredValue(_shell)]));
        return command;
    }
}
