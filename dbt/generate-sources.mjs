import { readdirSync, writeFileSync } from 'node:fs';
import { dbtSources } from '../assets/dbt-sources.ts';

// Run as `node --import tsx dbt/generate-sources.mjs` after changing a contract of assets/topics.
const folder = new URL('../assets/staging/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href)));
const target = new URL('models/staging/_sources.yml', import.meta.url);
writeFileSync(target, dbtSources(modules.map((module) => module.default)));
