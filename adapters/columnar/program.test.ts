import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceDigest } from './program.wasm.ts';

test('the program was compiled from its source; if not, run: npm run columnar', () => {
  const hash = createHash('sha256');
  for (const name of ['records', 'json', 'columns', 'pages']) {
    hash.update(readFileSync(join(process.cwd(), `adapters/columnar/${name}.as.ts`)));
  }
  expect(hash.digest('hex')).toBe(sourceDigest);
});
