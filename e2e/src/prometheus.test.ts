import { spawnSync } from 'node:child_process';

import { beforeAll, describe, expect, test } from 'vitest';

import { call, ok } from './api.ts';
import { parseExposition, type Family, type Sample } from './exposition.ts';
import { openEvents } from './events.ts';
import { RUNTIMES } from './programs.ts';
import { startServer, type Server } from './server.ts';

// The real parser where it is installed (Debian's package prometheus); always our own strict one.
const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

test.each([
  ['no line feed at the end', 'a 1'],
  ['no header', 'a 1\n'],
  ['no type', '# HELP a x\na 1\n'],
  ['no number', '# HELP a x\n# TYPE a gauge\na one\n'],
  ['a type that is none', '# HELP a x\n# TYPE a number\na 1\n'],
  ['another family', '# HELP a x\n# TYPE a gauge\nb 1\n'],
  [
    'a family in two places',
    '# HELP a x\n# TYPE a gauge\n# HELP b x\n# TYPE b gauge\n# HELP a x\n',
  ],
  ['a quote in a label', '# HELP a x\n# TYPE a gauge\na{b="c"d"} 1\n'],
  ['a sample twice', '# HELP a x\n# TYPE a gauge\na{b="c"} 1\na{b="c"} 1\n'],
  ['less than nothing', '# HELP a x\n# TYPE a counter\na -1\n'],
  ['no +Inf', '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
  [
    'buckets that shrink',
    '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
  ],
  ['another count', '# HELP a x\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n'],
])('the reader refuses %s', (_, text) => {
  expect(() => parseExposition(text)).toThrow();
});

describe.each(RUNTIMES)('on %s', (launch) => {
  let server: Server;
  let text: string;
  let contentType: string | null;
  let families: ReadonlyMap<string, Family>;

  beforeAll(async () => {
    server = await startServer({ launch, options: ['--storage', 'memory'] });
    await ok(`${server.url}/flags/constructor`, 'POST', { enabled: true });
    for (let index = 0; index < 3; index += 1) await ok(`${server.url}/evaluate?flag=constructor`);
    await call(`${server.url}/evaluate?flag=${encodeURIComponent('"\\\n}{')}`);
    await call(`${server.url}/flags/%22%0A`, 'POST', {});
    await call(`${server.url}/nowhere?"\n`);
    await fetch(`${server.url}/flags`, { method: 'PROPFIND' });
    const stream = await openEvents(`${server.url}/stream`);
    const answer = await ok(`${server.url}/metrics`);
    stream.close();
    contentType = answer.headers.get('content-type');
    text = answer.text;
    families = new Map(parseExposition(text).map((family) => [family.name, family]));
  });

  function samples(name: string, labels: Sample['labels'] = {}): readonly Sample[] {
    const all = families.get(name.replace(/_(?:bucket|sum|count)$/, ''))?.samples ?? [];
    return all.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  }

  test('counts evaluations, requests and streams', () => {
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const STATIC = { flag: 'constructor', reason: 'STATIC' };
    expect(samples('featureflags_evaluations_total', STATIC)).toMatchObject([{ value: 3 }]);
    expect(samples('featureflags_evaluations_total', { flag: '_unknown' })).toMatchObject([
      { labels: { reason: 'ERROR' }, value: 1 },
    ]);
    const answered = { method: 'GET', route: '/evaluate', status: '200' };
    const requests = 'featureflags_http_request_duration_seconds';
    expect(samples(`${requests}_count`, answered)).toMatchObject([{ value: 3 }]);
    expect(samples(`${requests}_bucket`, { ...answered, le: '+Inf' })).toMatchObject([
      { value: 3 },
    ]);
    expect(samples('featureflags_open_streams')).toMatchObject([{ value: 1 }]);
    expect(samples('featureflags_snapshot_version')).toMatchObject([
      { labels: { environment: 'production' } },
    ]);
  });

  test('what clients send does not become a label', () => {
    const labels = [...families.values()].flatMap((family) =>
      family.samples.flatMap((sample) => Object.values(sample.labels)),
    );
    expect(
      labels.filter((value) => /nowhere|PROPFIND|["\n{}\\]/.test(value.replace(/\{\w+\}/, ''))),
    ).toEqual([]);
  });

  test('the names that dashboards know', () => {
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
    ]) {
      expect(samples(name)[0]?.value).toBeGreaterThan(0);
    }
  });

  if (!hasPromtool) {
    // Not a skipped test: the one above judges the same text, by our reading of the format.
    process.stderr.write("promtool is not installed: Prometheus' own parser was not asked.\n");
    return;
  }

  test('promtool check metrics', () => {
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
  });
});
