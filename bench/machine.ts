import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PINS } from '../tools/pins.mjs';

/** The machine of a run, in a line. */
export function machine(): string {
  const processors = cpus();
  const gb = Math.round(totalmem() / 1024 ** 3);
  return `${String(processors.length)} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${String(gb)} GiB, ${type()} ${release()}`;
}

/** How busy the machine was before the run began: the load average of a minute, to two places. */
export function loadBefore(): string {
  return (loadavg()[0] ?? 0).toFixed(2);
}

/** The versions of all that took part, in a line. */
export function versions(): string {
  const at = (path: string) =>
    z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(process.cwd(), path), 'utf8'))).version;
  const java = /version "([^"]+)"/.exec(javaVersion())?.[1] ?? 'unknown';
  return [
    `Node ${process.versions.node}`,
    `@duckdb/node-api ${at('node_modules/@duckdb/node-api/package.json')}`,
    `Temporal SDK ${at('node_modules/@temporalio/worker/package.json')}`,
    `Temporal CLI ${PINS.temporal.cli}`,
    `Kafka ${PINS.kafka.version}`,
    `Java ${java}`,
    `Spark ${PINS.spark.version}`,
    'kafkajs 2.2.4',
    '@dsnp/parquetjs 1.8.8',
  ].join(', ');
}

function javaVersion(): string {
  try {
    return execFileSync('sh', ['-c', 'java -version 2>&1'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
