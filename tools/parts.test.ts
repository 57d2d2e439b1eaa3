import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runInline, withFolder } from './fixtures/inline.ts';

const ENSURE = `
  import { ensureParts } from './parts.mjs';
  import { createLog } from './progress.mjs';
  const [toolsDir, path, brokers, ...names] = process.argv.slice(1);
  const lines = [];
  const log = createLog({ write: (text) => lines.push(text) });
  const env = { PATH: path, ...(brokers === '' ? {} : { KAFKA_BROKERS: brokers }) };
  const outcome = await ensureParts(names, { toolsDir, log, env }).catch((error) => error.name + ': ' + error.message);
  console.log(JSON.stringify({ outcome, lines }));
`;

const LOCKED = join(process.cwd(), 'tools/locked');

function fakeTemporal(folder: string, server: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'temporal'), `#!/bin/sh\necho "temporal version 1.5.1 (Server ${server}, UI 2.42.1)"\n`, {
    mode: 0o755,
  });
  return bin;
}

test('a temporal on PATH that suits is taken, once and silently after that; a replaced one is looked at again', () =>
  withFolder(async (folder) => {
    const toolsDir = join(folder, 'tools');
    const bin = fakeTemporal(folder, '1.31.2');
    const binary = join(bin, 'temporal');
    const outcome = { temporal: { binary, serverVersion: '1.31.2' } };
    const first = await runInline(ENSURE, [toolsDir, bin, '', 'temporal']);
    expect(first).toEqual({
      outcome,
      lines: expect.arrayContaining([expect.stringContaining(`server 1.31.2, found at ${binary}`)]),
    });
    expect(await runInline(ENSURE, [toolsDir, bin, '', 'temporal'])).toEqual({ outcome, lines: [] });
    fakeTemporal(folder, '1.32.10');
    expect(await runInline(ENSURE, [toolsDir, bin, '', 'temporal'])).toMatchObject({
      outcome: { temporal: { serverVersion: '1.32.10' } },
    });
  }));

test('two that want the same part at once make it once', () =>
  withFolder(async (folder) => {
    const argv = [join(folder, 'tools'), fakeTemporal(folder, '1.29.1'), '', 'temporal'];
    const both = await Promise.all([runInline(ENSURE, argv), runInline(ENSURE, argv)]);
    expect(both[0]).toHaveProperty('outcome.temporal.serverVersion', '1.29.1');
    expect(both[1]).toHaveProperty('outcome.temporal.serverVersion', '1.29.1');
    expect(JSON.stringify(both).match(/ready after/g)).toHaveLength(1);
    expect(readdirSync(join(folder, 'tools'))).toEqual(['temporal-1.5.1']);
  }));

test('a broker that is given needs nothing', () =>
  withFolder(async (folder) => {
    const toolsDir = join(folder, 'tools');
    expect(await runInline(ENSURE, [toolsDir, '', 'kafka.example:9092', 'kafka'])).toEqual({
      outcome: { kafka: { brokers: 'kafka.example:9092' } },
      lines: [],
    });
    expect(existsSync(toolsDir)).toBe(false);
  }));

test('what is missing is named part by part, with the way to get it, and nothing half-made stays', () =>
  withFolder(async (folder) => {
    const toolsDir = join(folder, 'tools');
    const result = await runInline(ENSURE, [toolsDir, join(folder, 'nothing'), '', 'kafka', 'dbt', 'tctl']);
    expect(result).toHaveProperty('outcome', expect.stringMatching(/^SetupError: kafka: .*Java is not there.*KAFKA_BROKERS/s));
    expect(result).toHaveProperty(
      'outcome',
      expect.stringMatching(/dbt: could not be installed.*no `python3` and no `uv`.*apt install/s),
    );
    expect(result).toHaveProperty('outcome', expect.stringMatching(/tctl: could not be built.*no `go` on PATH.*go\.dev/s));
    expect(readdirSync(toolsDir)).toEqual([]);
  }));

test('what an interrupted build left is removed by the next', () =>
  withFolder(async (folder) => {
    const toolsDir = join(folder, 'tools');
    mkdirSync(join(toolsDir, 'temporal-1.5.1.4242.new'), { recursive: true });
    mkdirSync(join(toolsDir, 'temporal-1.5.1'));
    writeFileSync(join(toolsDir, 'temporal.lock'), JSON.stringify({ pid: 2 ** 30, startTime: '1' }));
    const result = await runInline(ENSURE, [toolsDir, fakeTemporal(folder, '1.29.1'), '', 'temporal']);
    expect(result).toHaveProperty('outcome.temporal.serverVersion', '1.29.1');
    expect(readdirSync(toolsDir)).toEqual(['temporal-1.5.1']);
  }));

test('the locks hold the pinned versions, each with its hash', async () => {
  const pins = await runInline(`import { PINS } from './pins.mjs'; console.log(JSON.stringify(PINS));`);
  const read = (name: string) => readFileSync(join(LOCKED, name), 'utf8');
  const python = [...read('requirements-dbt.txt').matchAll(/^([a-z0-9-]+)==(\S+) \\$/gm)].map(([, name, version]) => [
    name,
    version,
  ]);
  const { 'dbt-core': core, 'dbt-duckdb': duckdbAdapter, 'dbt-bigquery': bigqueryAdapter, duckdb } = Object.fromEntries(python);
  expect(pins).toHaveProperty('dbt', { core, duckdbAdapter, bigqueryAdapter, duckdb });
  expect(pins).toHaveProperty('deltalake', /^deltalake==(\S+)/m.exec(read('requirements-delta.txt'))?.[1]);
  expect(pins).toHaveProperty('tctl', /temporalio\/tctl v(\S+)/.exec(read('tctl/go.mod'))?.[1]);
  const [kafkaVersion, slf4j] = [...read('kafka-pom.xml').matchAll(/<version>(\d+\.\S+)<\/version>/g)].map(
    ([, version]) => version,
  );
  expect(pins).toHaveProperty('kafka', expect.objectContaining({ version: kafkaVersion, slf4j }));
  const lockedIn = (name: string, lock: string) => new RegExp(`^${name}==(\\S+)`, 'm').exec(read(lock))?.[1];
  expect(pins).toHaveProperty('duckdbDelta', lockedIn('duckdb', 'requirements-delta.txt'));
  expect(pins).toHaveProperty('duckdbDelta', lockedIn('duckdb-extension-delta', 'requirements-delta.txt'));
  const jars = [...read('spark-pom.xml').matchAll(/<version>(\d+\.\S+)<\/version>/g)].map(([, version]) => version);
  expect(pins).toHaveProperty('spark', { version: jars[0], delta: jars[1] });
  expect(pins).toHaveProperty('spark.version', lockedIn('pyspark', 'requirements-spark.txt'));
  for (const name of ['requirements-dbt.txt', 'requirements-delta.txt', 'requirements-spark.txt']) {
    const packages = read(name).split(/^(?=[a-z])/m);
    expect(packages.filter((entry) => /^[a-z]/.test(entry) && !entry.includes('--hash=sha256:'))).toEqual([]);
  }
});
