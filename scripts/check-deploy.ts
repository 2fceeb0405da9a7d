// The examples of deploy/ that are judged by tools from elsewhere: Compose's own reader by Go, and
// Kubernetes' own schemas by a package of Python. Each tool must also find a mistake that is put in:
// one that lets everything pass would say nothing. A language that is missing is named.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { answerOf, run } from './suites/command.ts';

interface Tool {
  readonly name: string;
  readonly file: string;
  readonly leftOut: () => string | undefined;
  /** Installs it, where that is not done by running it. */
  readonly install?: readonly [string, ...string[]];
  readonly command: readonly [string, ...string[]];
  /** What stands in the file, and mistakes to be found in its place. */
  readonly mistakes: readonly (readonly [from: string, to: string])[];
}

const COMPOSE = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2';
const VALIDATE = '.venv-deploy/bin/kubernetes-validate';

const TOOLS: readonly Tool[] = [
  {
    name: 'Compose (compose-go)',
    file: 'deploy/compose.yaml',
    leftOut: () => (answerOf('go', 'version') === undefined ? 'there is no go' : undefined),
    command: ['go', 'run', COMPOSE],
    mistakes: [
      ['read_only:', 'readonly:'],
      ['mem_limit: 256m', 'mem_limit: [256m]'],
      ['- 127.0.0.1:8080:8080', '- 127.0.0.1:8080:80800'],
    ],
  },
  // The oldest that clouds still run, and the newest.
  ...['1.30', '1.37'].map((version) => kubernetes(version)),
];

/** Minutes are enough for Go to fetch and compile it. */
const TIME = 300_000;

function kubernetes(version: string): Tool {
  return {
    name: `Kubernetes ${version} (kubernetes-validate)`,
    file: 'deploy/kubernetes.yaml',
    leftOut: () => {
      const python = answerOf('python3', '-c', 'import venv');
      return python === undefined ? 'there is no python3 with its module venv' : undefined;
    },
    install: ['make', '--silent', 'deploy-tools'],
    command: [VALIDATE, '--strict', '--kubernetes-version', version],
    mistakes: [
      ['runAsNonRoot: true', 'runAsNonroot: true'],
      ['replicas: 1', 'replicas: one'],
      ['port: 80,', 'prt: 80,'],
    ],
  };
}

/** @returns whether the tool takes the file, and all that it said */
function judge({ command }: Tool, path: string): { takes: boolean; said: string } {
  const [program, ...rest] = command;
  const options = { encoding: 'utf8', timeout: TIME } as const;
  const { status, stdout, stderr, error } = spawnSync(program, [...rest, path], options);
  if (error !== undefined) throw new Error(`${program} did not run: ${error.message}`);
  return { takes: status === 0, said: `${stdout}${stderr}` };
}

/** What is wrong with the file, or with the tool; undefined if all is well. */
function complaint(tool: Tool, folder: string): string | undefined {
  const { takes, said } = judge(tool, tool.file);
  if (!takes) return `${tool.file} is refused:\n${said}`;
  const text = readFileSync(tool.file, 'utf8');
  for (const [from, to] of tool.mistakes) {
    if (!text.includes(from)) return `${tool.file} has no "${from}": put a mistake elsewhere`;
    const path = join(folder, basename(tool.file));
    writeFileSync(path, text.replace(from, to));
    if (judge(tool, path).takes) return `it does not see that "${to}" is wrong`;
  }
  return undefined;
}

async function check(tool: Tool, folder: string): Promise<void> {
  const leftOut = tool.leftOut();
  if (leftOut !== undefined) {
    console.log(`${tool.name}: left out, because ${leftOut}`);
    return;
  }
  console.log(`${tool.name}: ${tool.file}, and ${String(tool.mistakes.length)} mistakes in it`);
  const installed = tool.install === undefined ? undefined : await run(tool.install);
  const wrong =
    installed?.ok === false
      ? `it could not be installed (${installed.how})`
      : complaint(tool, folder);
  if (wrong === undefined) return;
  console.error(`${tool.name}: ${wrong}`);
  process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'featureflags-deploy-'));
try {
  for (const tool of TOOLS) await check(tool, folder);
} finally {
  rmSync(folder, { recursive: true });
}
