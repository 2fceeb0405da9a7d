import { describe, expect, it } from 'vitest';

import type { Issue } from './issue.ts';
import type { JsonObject } from './json.ts';
import { inProject, within } from './project-issues.ts';

describe('inProject', () => {
  it.each<[path: string, told: string]>([
    ['', ''],
    ['/flags', '/flags'],
    ['/flags/f', '/flags/f'],
    ['/flags/f/salt', '/flags/f/salt'],
    ['/flags/f/rules/0/id', '/flags/f/environments/dev/rules/0/id'],
    ['/segments/rules/off', '/segments/rules/off'],
  ])('%j → %j', (path, told) => {
    const issue: Issue = { path, code: 'type', message: 'm' };
    expect(inProject(issue, 'dev')).toEqual({ ...issue, path: told });
  });
});

describe('within', () => {
  const input: JsonObject = { flags: { f: { off: 'x', environments: { dev: { off: 'y' } } } } };

  it.each<[code: Issue['code'], path: string, told: string]>([
    ['type', '', ''],
    ['type', '/flags', '/flags'],
    ['type', '/flags/g/off', '/flags'],
    ['required', '/flags/f/type', '/flags/f/type'],
    ['required', '/flags/f/type/more', '/flags/f'],
    ['type', '/flags/f/environments/production/off', '/flags/f/off'],
    ['type', '/flags/f/environments/production', '/flags/f/environments'],
    ['type', '/flags/f/environments/dev/off', '/flags/f/environments/dev/off'],
    ['type', '/flags/f/environments/production/rules/0', '/flags/f'],
    ['required', '/flags/f/environments/production/default', '/flags/f/default'],
    ['required', '/flags/f/environments/dev/default', '/flags/f/environments/dev/default'],
    ['required', '/flags/f/environments/qa/default', '/flags/f/environments'],
    ['type', '/flags/constructor/name', '/flags'],
  ])('%s %j → %j', (code, path, told) => {
    const issue: Issue = { path, code, message: 'm' };
    expect(within(issue, input)).toEqual({ ...issue, path: told });
  });
});
