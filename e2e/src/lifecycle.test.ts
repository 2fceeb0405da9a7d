import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { call, ok } from './api.ts';
import { cleanEnvironment, LAUNCHES as LAUNCH, RUNTIMES, type Launch } from './programs.ts';
import { launchServer, newFolder, startServer, until, within, type Server } from './server.ts';
import { isListening, openStream, openWire, type Wire } from './wire.ts';

const LAUNCHES: readonly Launch[] = ['bun', 'node', 'featureflags', 'ffctl serve'];
const BODY = '{"flag":"slow"}';

const wires: Wire[] = [];
afterEach(() => {
  for (const wire of wires.splice(0)) wire.destroy();
});

/** A request of which the end is still to come. */
async function slowRequest({ url }: Server): Promise<Wire> {
  const wire = await openWire(url);
  wires.push(wire);
  wire.send(
    `POST /evaluate HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\n` +
      `content-length: ${String(BODY.length)}\r\n\r\n${BODY.slice(0, 5)}`,
  );
  // The server has it before the next request on another connection is answered.
  await ok(`${url}/health`);
  return wire;
}

describe.each(LAUNCHES)('started as %s', (launch) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s lets what runs come to its end', async (signal) => {
    const server = await startServer({ launch });
    await ok(`${server.url}/flags/slow`, 'POST', { enabled: true });
    const stream = await openStream(`${server.url}/stream`);
    const idle = await openWire(server.url);
    idle.send(`GET /health HTTP/1.1\r\nhost: ${new URL(server.url).host}\r\n\r\n`);
    await idle.gets(/"ok"/);
    const slow = await slowRequest(server);
    wires.push(stream, idle);

    server.kill(signal);

    await within(stream.ended, 5000, 'the stream did not end');
    expect(stream.got()).toMatch(/\nretry: \d+\n\n(?:\r\n0\r\n\r\n)?$/);
    expect(await isListening(server.url)).toBe(false);
    slow.send(BODY.slice(5));
    expect(await slow.gets(/\}$|\r\n0\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 200 [^]*"value":true/);
    expect(await within(server.exit, 5000, 'the server did not end')).toBe(0);
    expect(server.err()).toBe('');
    expect(server.out()).toContain(`"signal":"${signal}"`);
    expect(server.out()).not.toContain('stopped late');
  });
});

describe.each(RUNTIMES)('on %s', (launch) => {
  test('a second signal ends it at once', async () => {
    const server = await startServer({ launch });
    await slowRequest(server);
    server.kill('SIGTERM');
    await wait(200);
    server.kill('SIGTERM');
    expect(await within(server.exit, 2000, 'the server did not end')).toBe(1);
  });

  test.each([0, 1])('--shutdown-timeout %i cuts off what takes longer', async (seconds) => {
    const server = await startServer({ launch, options: ['--shutdown-timeout', String(seconds)] });
    const slow = await slowRequest(server);
    const begun = performance.now();
    server.kill('SIGTERM');
    expect(await within(server.exit, seconds * 1000 + 3000, 'the server did not end')).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(seconds * 1000 - 50);
    expect(server.out()).toContain('stopped late');
    await within(slow.ended, 1000, 'the connection was not ended');
  });

  test('what was written is there after a restart', async () => {
    const server = await startServer({ launch });
    await ok(`${server.url}/flags/kept`, 'POST', { enabled: true, description: 'ü 😀' });
    const again = await server.restart();
    expect((await ok(`${again.url}/flags/kept`)).body).toMatchObject({ description: 'ü 😀' });
    expect(again.pid).not.toBe(server.pid);
  });

  test('goes on when nobody reads its log any more, and says so once', async () => {
    const [program, ...rest] = LAUNCH[launch];
    const words = ['--port', '0', '--storage', 'memory', '--log', 'json', '--log-requests', 'all'];
    const child = spawn(program, [...rest, ...words], {
      env: cleanEnvironment(),
      cwd: newFolder(),
    });
    child.stdout.setEncoding('utf8');
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const first = await new Promise<string>((tell) => child.stdout.once('data', tell));
    child.stdout.destroy();
    const { url } = JSON.parse(first.split('\n')[0] ?? '') as { url: string };
    for (let time = 0; time < 5; time += 1) await ok(`${url}/health`);
    await until(() => (errors === '' ? undefined : errors), 'a word on standard error');
    await ok(`${url}/health`);
    child.kill('SIGTERM');
    expect(await new Promise((tell) => child.once('exit', tell))).toBe(0);
    expect(errors).toMatch(
      /^The log cannot be written any more: .*EPIPE.* The server goes on\.\n$/,
    );
  });

  test('an address in use: says so and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((tell) => other.once('listening', tell));
    const { port } = other.address() as AddressInfo;
    const started = launchServer({ launch, options: ['--port', String(port)] });
    expect(await within(started.exit, 10_000, 'it did not end')).toBe(1);
    expect(started.err()).toContain(`127.0.0.1:${String(port)} is in use`);
    other.close();
  });

  test('a folder that cannot be written: says so and ends with 1', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'data'), 'a file');
    const started = launchServer({ launch, folder });
    expect(await within(started.exit, 10_000, 'it did not end')).toBe(1);
    expect(started.err()).toContain(`The data folder ${join(folder, 'data')} cannot be written`);
    expect(started.err()).toContain('That is a file: move it away');
    expect(started.err()).not.toMatch(/\n\s+at /);
  });

  test('starts fast and small', async () => {
    const begun = performance.now();
    const server = await startServer({ launch });
    await call(`${server.url}/evaluate?flag=x`);
    const answered = performance.now() - begun;
    await wait(500);
    const megabytes = residentMegabytes(server.pid);
    const figures = [`${answered.toFixed(0)} ms to the first answer`, `${megabytes.toFixed(1)} MB`];
    console.log(`${launch}: ${figures.join(', ')} idle`);
    expect(megabytes).toBeLessThan(launch === 'bun' ? 60 : 120);
  });
});

describe('settings that are wrong end it with 2 and are named', () => {
  test.each([
    ['an option', { options: ['--prot', '1'] }, "'--prot'"],
    ['a value', { options: ['--storage', 'mysql'] }, '--storage'],
    ['a port', { options: ['--port', '70000'] }, '--port'],
    ['a word too many', { options: ['start'] }, 'start'],
    ['a variable', { env: { FF_PROT: '1' } }, 'FF_PROT'],
    ['a variable’s value', { env: { FF_LOG_LEVEL: 'loud' } }, 'FF_LOG_LEVEL'],
    ['a file that is not there', { options: ['--config', 'gone.toml'] }, 'gone.toml'],
  ])('%s', async (_, options, name) => {
    const started = launchServer(options);
    expect(await within(started.exit, 10_000, 'it did not end')).toBe(2);
    expect(started.err()).toContain(name);
    expect(started.err()).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['a key', '[server]\nprot = 1\n', 'prot'],
    ['a table', '[sever]\nport = 1\n', 'sever'],
    ['a value', '[server]\nbody_limit = "x"\n', 'body_limit'],
    ['no TOML', '[server]\nport =\n', 'featureflags.toml:2:'],
  ])('featureflags.toml: %s', async (_, text, name) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'featureflags.toml'), text);
    const started = launchServer({ folder });
    expect(await within(started.exit, 10_000, 'it did not end')).toBe(2);
    expect(started.err()).toContain(name);
  });
});

test('--insecure listens beyond this machine and says so', async () => {
  const server = await startServer({ options: ['--host', '0.0.0.0', '--insecure'] });
  const { port } = new URL(server.url);
  expect((await ok(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect(server.out()).toContain('open door');
});

test.each(['-h', '--help'])('%s prints the options', async (option) => {
  const started = launchServer({ options: [option] });
  expect(await within(started.exit, 10_000, 'it did not end')).toBe(0);
  expect(started.out()).toMatch(/--storage .*FF_STORAGE/);
});

/** For what has no sign by which it could be seen. */
async function wait(time: number): Promise<void> {
  await new Promise((tell) => {
    setTimeout(tell, time);
  });
}

/** Resident memory as the kernel counts it. */
function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
