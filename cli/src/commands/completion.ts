import { Argument, type Command } from 'commander';
import type { Io } from '../io.ts';
import type { Act } from '../session.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

/** `ffctl completion`: what a shell needs to complete commands, options and flag keys. */
export function addCompletion(program: Command, _act: Act, io: Io): void {
  program
    .command('completion')
    .description('Print the script that makes your shell complete ffctl')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: string) => {
      if (shell === 'bash') {
        io.out(BASH);
        return;
      }
      const { script } = await import('@bomb.sh/tab');
      script(shell, 'ffctl', 'ffctl');
    });
}

const EXAMPLES = `
Examples:
  echo 'source <(ffctl completion bash)' >> ~/.bashrc
  echo 'source <(ffctl completion zsh)' >> ~/.zshrc
  ffctl completion fish > ~/.config/fish/completions/ffctl.fish`;

// Not tab's: that one needs the package bash-completion, and evaluates the line that is being
// typed, so that Tab after --when age>=18 would write a file.
const BASH = `# bash completion for ffctl
_ffctl() {
  local line="\${COMP_LINE:0:COMP_POINT}" value
  local -a words
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ "$value" == :* ]] || COMPREPLY+=("$value")
  done < <(ffctl complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _ffctl ffctl
`;
