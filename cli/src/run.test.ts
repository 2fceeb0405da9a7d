import { expect, test } from 'vitest';
import { ran } from './run.fixture.ts';

test('what nobody foresaw is told in a line', async () => {
  const out = (): void => {
    throw new Error('the disk is full');
  };
  expect(await ran(['--version'], { out })).toMatchObject({
    code: 1,
    err: 'ffctl: the disk is full\n',
  });
});
