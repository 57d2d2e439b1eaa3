import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

const FOLDERS = [
  'core',
  'config',
  'assets',
  'workflows',
  'activities',
  'adapters',
  'workers',
  'eventsim',
  'powerbi',
  'console',
  'cli',
  'tools',
  'bench',
  'tests',
];
const into = (...folders) => folders.map((folder) => `**/${folder}/**`);
const allBut = (...allowed) => into(...FOLDERS.filter((folder) => !allowed.includes(folder)));
const VENDORS = [
  'kafkajs*',
  'snappy',
  'lz4-napi',
  '@bokuweb/*',
  '@node-rs/*',
  '@google-cloud/*',
  '@duckdb/*',
  'apache-arrow*',
  'parquet-wasm*',
  'kysely*',
  'libsql',
];
const CONFIG = ['**/temporal.config.ts', '**/config/*.ts'];
const NODE = ['node:*'];
const rule = (group, message, extra = {}) => ({ group, message, ...extra });

/** Who may import whom: the table of ARCHITECTURE.md. Each rule says why. */
const BOUNDARIES = {
  core: [
    rule(
      [...allBut('core'), ...CONFIG, ...NODE, ...VENDORS, '@temporalio/*', 'zod'],
      'core/ is pure and runs in the workflow sandbox: it imports nothing but itself.',
    ),
  ],
  config: [
    rule(
      [...allBut('core', 'config'), ...NODE, ...VENDORS, '@temporalio/*'],
      'config/ reads settings, and knows nothing of what uses them.',
    ),
  ],
  assets: [
    rule(
      [...allBut('core', 'assets'), ...CONFIG, ...NODE, ...VENDORS, '@temporalio/*'],
      'assets/ declare the music domain with core/ and zod; effects belong in activities/ and adapters/.',
    ),
  ],
  workflows: [
    rule(
      [...allBut('core', 'workflows', 'activities'), ...CONFIG, ...NODE, ...VENDORS, 'zod'],
      'workflows/ interpret recorded plans: what they import is part of every replay.',
    ),
    rule(
      ['@temporalio/worker', '@temporalio/client', '@temporalio/activity', '@temporalio/testing'],
      'only @temporalio/workflow and common exist in the workflow sandbox.',
    ),
    rule(into('activities'), 'workflows/ know activities as types only.', { allowTypeImports: true }),
  ],
  activities: [
    rule([...allBut('core', 'activities'), ...CONFIG, ...NODE, ...VENDORS, 'zod'], 'activities/ take ports and know no vendor.'),
    rule(['@temporalio/worker', '@temporalio/client', '@temporalio/workflow'], 'activities/ use @temporalio/activity alone.'),
  ],
  adapters: [
    rule(
      [...allBut('core', 'adapters'), ...CONFIG, '@temporalio/*'],
      'adapters/ implement the ports of core/ and hold no policy.',
    ),
  ],
  workers: [
    rule(
      into('console', 'cli', 'tools', 'bench', 'tests', 'eventsim'),
      'workers/ put the pipeline together; nothing above them is theirs to import.',
    ),
  ],
  eventsim: [
    rule(
      [...into('workflows', 'activities', 'workers', 'console', 'cli', 'tools', 'bench', 'tests'), '@temporalio/*', ...VENDORS],
      'eventsim/ knows topics, its sink and the configuration.',
    ),
  ],
  powerbi: [
    rule(
      [...allBut('core', 'powerbi', 'tools'), ...CONFIG, ...VENDORS, '@temporalio/*'],
      "powerbi/ is made from dbt's manifest, so that it says what the models say.",
    ),
  ],
  console: [
    rule([...into('activities', 'bench', 'tests'), ...VENDORS], 'console/ reaches engines through the composition of workers/.'),
  ],
  cli: [
    rule([...into('activities', 'bench', 'tests'), ...VENDORS], 'cli/ reaches engines through the composition of workers/.'),
    rule(into('workflows'), 'cli/ knows workflows as types only.', { allowTypeImports: true }),
  ],
  tools: [
    rule(
      [...allBut('tools'), ...CONFIG, ...VENDORS, '@temporalio/*', 'zod'],
      'tools/ run before anything is installed: node: and themselves only.',
    ),
  ],
};

const boundaries = Object.entries(BOUNDARIES).map(([folder, patterns]) => ({
  files: [`${folder}/**/*.{ts,mjs}`],
  ignores: [
    '**/*.test.ts',
    'adapters/contract/**',
    'adapters/*/bench.ts',
    'tools/start.mjs',
    'tools/demo.mjs',
    'tools/bench.mjs',
  ],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
}));

export default tseslint.config(
  { ignores: ['node_modules', '.soundflow', 'dbt', 'coverage', '*.config.js', '**/*.as.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      'max-params': ['error', 3],
      'max-depth': ['error', 3],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in temporal.config.ts.' },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        globalThis: 'readonly',
        NodeJS: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
      },
    },
  },
  {
    files: ['**/*.test.ts', 'adapters/contract/**/*.ts', 'tests/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  {
    files: ['workers/main.ts', 'eventsim/main.ts', 'cli/program.ts', 'cli/start/**/*.ts', 'cli/demo/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  ...boundaries,
);
