import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runWell } from './child.mjs';
import { atTheEdge } from './setup-error.mjs';

// Compiles adapters/columnar/records.as.ts, with what it imports, to program.wasm.ts. The compiler is 100 MB large and needed by nobody else, so it
// is fetched for this alone.

const COMPILER = 'assemblyscript@0.28.20';
const FOLDER = 'adapters/columnar';
const PROGRAM = `${FOLDER}/records.as.ts`;
const SOURCES = ['records', 'json', 'columns', 'pages'].map((name) => `${FOLDER}/${name}.as.ts`);
const TARGET = `${FOLDER}/program.wasm.ts`;
const FLAGS = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--runtime', 'stub', '--noAssert', '--enable', 'simd,bulk-memory'];

await atTheEdge(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'soundflow-program-'));
  try {
    const binary = join(folder, 'program.wasm');
    const asc = ['asc', PROGRAM, '--outFile', binary, '--importMemory', ...FLAGS];
    await runWell('npm', ['exec', '--yes', `--package=${COMPILER}`, '--', ...asc], { env: process.env });
    const code = (await readFile(binary)).toString('base64');
    const hash = createHash('sha256');
    for (const source of SOURCES) hash.update(await readFile(source));
    const text = [
      '// Made by `npm run columnar` from the .as.ts files beside it; do not edit.',
      '',
      `/** SHA-256 of the sources, one behind the other, that \`code\` was compiled from, by ${COMPILER}. */`,
      `export const sourceDigest = '${hash.digest('hex')}';`,
      '',
      '/** A WebAssembly module, in base64. */',
      'export const code =',
      `  '${code}';`,
      '',
    ];
    await writeFile(TARGET, text.join('\n'));
    process.stderr.write(`${TARGET}: ${String(code.length)} characters\n`);
    return 0;
  } finally {
    await rm(folder, { recursive: true });
  }
});
