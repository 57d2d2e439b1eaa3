import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './costs-page.ts';

// Run as `node --import tsx docs/write-costs.mjs` after changing a figure of docs/costs.ts.
const page = new URL('costs.md', import.meta.url);
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
