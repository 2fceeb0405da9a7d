import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What `make image-test` runs on images that it has built. */
const imageSuites = ['scripts/image/*.image.test.ts'];
const runtimeSuites = ['server/src/**/*.{api,store,stream}.test.ts'];

const config: ViteUserConfig = defineConfig({
  test: {
    // No test is about time: a slow or busy machine must not fail one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{core,server,cli,bench,sdks/typescript}/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: [...runtimeSuites, ...imageSuites],
        },
      },
      {
        // What depends on the runtime's HTTP and SQLite: these run on Node and on Bun.
        extends: true,
        test: { name: 'runtime', include: runtimeSuites },
      },
      {
        extends: true,
        test: { name: 'image', include: imageSuites, fileParallelism: false },
      },
      {
        // Real processes, ports and files: one after the other.
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/src/**/*.test.ts'],
          fileParallelism: false,
          // The OpenFeature web SDK listens to the server by EventSource, as it does in a browser.
          execArgv: ['--experimental-eventsource'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      reportsDirectory: 'coverage',
      reporter: [['text', { skipFull: true }], 'text-summary', 'html'],
      include: ['{core,server,cli,sdks/typescript}/src/**/*.ts'],
      exclude: ['**/*.{test,contract,fixture}.ts', '**/src/index.ts'],
      thresholds: {
        lines: 90,
        branches: 90,
        functions: 90,
        statements: 90,
        'core/src/**': { lines: 100, branches: 100, functions: 100, statements: 100 },
      },
    },
  },
});

export default config;
