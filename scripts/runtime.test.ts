import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const runtime = fileURLToPath(new URL('runtime.js', import.meta.url));
let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `const [what = ''] : string[] = process.argv.slice(2);
     if (what === 'fail') process.exitCode = 3;
     if (what === 'die') process.kill(process.pid, 'SIGKILL');
     if (what === 'wait') {
       process.on('SIGTERM', () => process.exit(7));
       setTimeout(() => {}, 60_000);
     }
     console.log(process.versions.bun ? 'bun' : 'node ' + process.versions.node);`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(wish: string, ...commandLine: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [runtime, wish, program, ...commandLine],
    { encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

test('runs TypeScript on the runtime asked for', () => {
  expect(run('bun')).toEqual({ status: 0, output: 'bun\n' });
  expect(run('node')).toEqual({
    status: 0,
    output: expect.stringMatching(/^node (2[4-9]|[3-9]\d)\./),
  });
  expect(run('any')).toEqual({ status: 0, output: 'bun\n' });
});

test('passes on the exit code, and tells a death by signal as shells do', () => {
  expect(run('bun', 'fail').status).toBe(3);
  expect(run('node', 'die').status).toBe(137);
});

test('passes on signals', async () => {
  const child = spawn(process.execPath, [runtime, 'bun', program, 'wait']);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.stdout.once('data', () => child.kill('SIGTERM'));
  expect(await exited).toBe(7);
});

test('says how it is used', () => {
  expect(run('deno')).toEqual({ status: 2, output: expect.stringContaining('bun|node|any') });
});
