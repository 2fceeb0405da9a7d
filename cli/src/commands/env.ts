import type { Command } from 'commander';
import { printable } from '../look.ts';
import { tableText } from '../output.ts';
import { confirm, type Act, type Session } from '../session.ts';

interface EnvironmentView {
  readonly key: string;
  readonly version: number;
}

/** `ffctl env`: the environments. */
export function addEnv(program: Command, act: Act): void {
  const env = program.command('env').description('Create, list and delete environments');
  env
    .command('create')
    .description('Create an environment, in which every flag is off')
    .argument('<environment>', 'the key of the new environment')
    .option('--copy-of <environment>', 'with the state that the flags have in this one')
    .action(act(create));
  env.command('list').description('List the environments').action(act(list));
  env
    .command('delete')
    .description('Delete an environment with what all flags are in it')
    .argument('<environment>', 'the key of the environment')
    .option('--yes', 'do not ask')
    .action(act(remove));
}

async function create(
  session: Session,
  key: string,
  { copyOf }: { readonly copyOf?: string },
): Promise<void> {
  const client = await session.client('make');
  const body = copyOf === undefined ? {} : { copyOf };
  const made = await client.send({ path: ['environments', key], method: 'POST', body });
  const like = copyOf === undefined ? 'every flag is off in it' : `with all flags as in ${copyOf}`;
  await session.show(made, () => `Environment ${key} is made, ${like}.\n`);
}

async function list(session: Session): Promise<void> {
  const client = await session.client();
  const answer = await client.send<{ environments: EnvironmentView[] }>({ path: ['environments'] });
  const rows = answer.environments.map(({ key, version }) => [printable(key), String(version)]);
  await session.show(answer, () =>
    tableText({ header: ['environment', 'version'], rows }, session.look),
  );
}

async function remove(
  session: Session,
  key: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const what = `Deletes the environment ${key} with the state and the rules that all flags have in it.`;
  await confirm(session, what, { word: key, yes });
  const client = await session.client();
  await client.send({ path: ['environments', key], method: 'DELETE' });
  await session.show({ deleted: key }, () => `Environment ${key} is deleted.\n`);
}
