/** What Google's clients send requests with: modules that CommonJS cannot import, compiled for it as our own are. */
const MODULES = 'teeny-request|node-fetch|data-uri-to-buffer|fetch-blob|formdata-polyfill';

const compile = (syntax) => ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax } }, module: { type: 'commonjs' } }];

const base = {
  transform: { '^.+\\.ts$': compile('typescript'), [`/node_modules/(${MODULES})/.+\\.js$`]: compile('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(${MODULES})/)`],
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/.soundflow/'],
};

/**
 * unit: nothing but memory · contract: adapters on the real engines · spark: Spark as a reader of the lake · server: workflows on a real Temporal server · chaos: many seeds of every fault ·
 * gcp: what runs on Google Cloud, on what stands in for it · end-to-end: the commands people type. */
export default {
  /** Chaos cases at once: most of their time they wait for a timeout of Temporal. */
  maxConcurrency: 10,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/\\.soundflow/',
        '\\.contract\\.test\\.ts$',
        '\\.server\\.test\\.ts$',
        '\\.e2e\\.test\\.ts$',
        '\\.spark\\.test\\.ts$',
        '\\.chaos\\.test\\.ts$',
        '\\.gcp\\.test\\.ts$',
      ],
    },
    {
      ...base,
      displayName: 'contract',
      testMatch: ['<rootDir>/**/*.contract.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/\\.soundflow/'],
      globalSetup: '<rootDir>/tests/setup/contract.mjs',
      globalTeardown: '<rootDir>/tests/setup/contract-down.mjs',
    },
    {
      ...base,
      displayName: 'spark',
      testMatch: ['<rootDir>/**/*.spark.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/\\.soundflow/'],
      globalSetup: '<rootDir>/tests/setup/spark.mjs',
    },
    {
      ...base,
      displayName: 'server',
      testMatch: ['<rootDir>/**/*.server.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/\\.soundflow/'],
      globalSetup: '<rootDir>/tests/setup/server.mjs',
      globalTeardown: '<rootDir>/tests/setup/server-down.mjs',
    },
    {
      ...base,
      displayName: 'chaos',
      testMatch: ['<rootDir>/**/*.chaos.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/\\.soundflow/'],
      globalSetup: '<rootDir>/tests/setup/server.mjs',
      globalTeardown: '<rootDir>/tests/setup/server-down.mjs',
    },
    {
      ...base,
      displayName: 'gcp',
      testMatch: ['<rootDir>/**/*.gcp.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/\\.soundflow/'],
      globalSetup: '<rootDir>/tests/setup/gcp.mjs',
      globalTeardown: '<rootDir>/tests/setup/contract-down.mjs',
    },
    {
      ...base,
      displayName: 'end-to-end',
      testMatch: ['<rootDir>/**/*.e2e.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/\\.soundflow/'],
    },
  ],
};
