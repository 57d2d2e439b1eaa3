#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

process.env.SOUNDFLOW_ROOT ??= fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
if (existsSync(`${process.env.SOUNDFLOW_ROOT}/.env`)) process.loadEnvFile(`${process.env.SOUNDFLOW_ROOT}/.env`);
register();
const { main } = await import('./program.ts');
await main(process.argv);
