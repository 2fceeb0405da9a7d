import { expect, test } from 'vitest';

import { problem, testApp } from '../app.fixture.ts';

test('GET /openfeature/v0/manifest has the type and the fallback of each flag', async () => {
  const app = await testApp();
  await app.seed({
    flags: {
      yes: { description: 'A boolean', enabled: true },
      text: { variants: { off: 'a', on: 'b' } },
      whole: { variants: { off: 1, on: -2 } },
      part: { variants: { off: 1, on: 2.5 } },
      huge: { variants: { off: 1, on: 1e21 } },
      object: { variants: { off: { a: 1 }, on: {} } },
      archived: { archived: true },
    },
  });
  const { status, headers, body } = await app.get('/openfeature/v0/manifest');
  expect([status, headers.get('x-manifest-capabilities')]).toEqual([200, 'read']);
  expect(body).toEqual({
    flags: [
      { key: 'yes', type: 'boolean', description: 'A boolean', defaultValue: false },
      { key: 'text', type: 'string', description: '', defaultValue: 'a' },
      { key: 'whole', type: 'integer', description: '', defaultValue: 1 },
      { key: 'part', type: 'float', description: '', defaultValue: 1 },
      { key: 'huge', type: 'float', description: '', defaultValue: 1 },
      { key: 'object', type: 'object', description: '', defaultValue: { a: 1 } },
    ],
  });
  const nowhere = await app.get('/openfeature/v0/manifest?environment=nope');
  expect(nowhere.body).toEqual(problem('ENVIRONMENT_NOT_FOUND', 404));
});
