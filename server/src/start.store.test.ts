import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openAccess } from './access.ts';
import { testConfig } from './app.fixture.ts';
import { SILENT } from './log.ts';
import { start } from './start.ts';
import { openSqlite } from './stores/sqlite.ts';

test('servers that start together on a new database all start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'featureflags-start-'));
  const path = join(folder, 'featureflags.db');
  const config = testConfig();
  const access = openAccess(config);
  const one = { config, access, log: SILENT, now: (): Date => new Date(0) };
  const stores = [openSqlite(path), openSqlite(path), openSqlite(path)];
  const running = await Promise.all(stores.map((store) => start({ ...one, store })));
  for (const { services } of running) {
    expect(services.snapshots.state.project.environments).toEqual(['production']);
    expect(services.snapshots.state.version).toBe(1);
  }
  for (const each of running) await each.close();
  rmSync(folder, { recursive: true });
});
