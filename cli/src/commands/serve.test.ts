import { expect, test, vi } from 'vitest';
import { serverSettings } from '../local.ts';
import { ran } from '../run.fixture.ts';

test('the help names every setting of the server, and no others', async () => {
  const { out } = await ran(['serve', '--help']);
  const named = [...out.matchAll(/^ {2}--([a-z-]+) <?.*$/gm)].map((match) => match[1] ?? '');
  const own = named.slice(named.indexOf('storage')).toSorted();
  const settings = (await serverSettings([])).map(({ name }) => name.replaceAll('_', '-'));
  expect(own).toEqual([...settings, 'config'].toSorted());
});

test('config shows what serve would run with', async () => {
  const { code, out } = await ran(['config', '--port', '9', '--log-level', 'warn']);
  expect(code).toBe(0);
  expect(out).toMatch(/^SETTING +VALUE +FROM\n/);
  expect(out).toMatch(/^port +9 +--port$/m);
  expect(out).toMatch(/^log_level +warn +--log-level$/m);
  const json = await ran(['config', '--environment', 'staging', '--json']);
  expect(JSON.parse(json.out)).toContainEqual({
    name: 'environment',
    value: 'staging',
    source: '--environment',
  });
});

test('what the server does not know, it refuses itself', async () => {
  const { code, err } = await ran(['config', '--portt', '9']);
  expect(code).toBe(2);
  expect(err).toMatch(/^ffctl: Unknown option '--portt'/);
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await ran(['serve', '--port', 'x'])).toMatchObject({ code: 2, out: '' });
  expect(told).toHaveBeenCalledWith(expect.stringMatching(/port is "x"; expected a whole number/));
  told.mockRestore();
});
