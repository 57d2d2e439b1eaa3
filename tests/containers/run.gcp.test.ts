import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { securedBroker } from '../../adapters/contract/engines.ts';
import { landingId } from '../../core/workflow-ids.ts';
import { readConfig } from '../../temporal.config.ts';
import { connectClient } from '../../workers/connect.ts';
import { type, type Command } from '../end-to-end/command.ts';
import { interpolated, readCompose } from './compose-file.ts';
import { guardServer, type GuardedServer } from './guarded-server.ts';

const API_KEY = 'canary-api-key-5c1d';
const KEY_FILE = 'canary-key-file-77aa';

let folder: string;
let temporal: GuardedServer;
let client: Awaited<ReturnType<typeof connectClient>> | null = null;
const running: Command[] = [];
const namespace = `containers-${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soundflow-containers-'));
  temporal = await guardServer(process.env.TEST_TEMPORAL_ADDRESS ?? '', securedBroker().certificates, API_KEY);
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGTERM');
  await Promise.all(running.map(({ ended }) => ended));
  await client?.close();
  await temporal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What .env would hold for a guarded broker and server. */
function secrets(): Record<string, string> {
  const { certificates, login, username, password } = securedBroker();
  writeFileSync(join(folder, 'key.json'), JSON.stringify({ private_key: KEY_FILE }));
  return {
    KAFKA_BROKERS: login,
    KAFKA_TLS: 'on',
    KAFKA_TLS_CA: join(certificates, 'ca.pem'),
    KAFKA_SASL: 'scram-sha-512',
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_API_KEY: API_KEY,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(certificates, 'ca.pem'),
    TEMPORAL_TLS_CLIENT_CERT_PATH: join(certificates, 'client.pem'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: join(certificates, 'client-key.pem'),
    GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'key.json'),
    LANDING_TICK: '5 seconds',
  };
}

/** The environment that Compose gives a service, with the folders of a container in `folder`. */
function environmentOf(name: string): Record<string, string> {
  const given = secrets();
  const environment = Object.entries(readCompose().services[name]?.environment ?? {});
  const own = Object.fromEntries(environment.map(([key, value]) => [key, interpolated(value, given)]));
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const image = {
    NODE_ENV: 'production',
    SOUNDFLOW_ROOT: process.cwd(),
    SOUNDFLOW_DBT_PYTHON: process.env.TEST_DBT_PYTHON ?? '',
  };
  return { ...given, ...image, ...own, SOUNDFLOW_HOME: home, SOUNDFLOW_HEALTH_FILE: join(home, 'health') };
}

/** Starts the command of a service; the first word is the program. */
function start(name: string, change: Record<string, string> = {}): Command {
  const command = type(readCompose().services[name]?.command ?? [], { ...environmentOf(name), ...change });
  running.push(command);
  return command;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 240_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not so\n${running.flatMap(({ lines }) => lines.slice(-20)).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function filesUnder(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the commands of the containers, on a guarded broker and a guarded Temporal server', () => {
  it('land events, report health, and leave no secret in a log, a history or a file', async () => {
    const workers = start('workers');
    const eventsim = start('eventsim');
    const lake = join(folder, 'workers', 'lake', 'listen_events', '_delta_log');
    await until('a file of events named by a commit', () => {
      try {
        return readdirSync(lake).some((name) => readFileSync(join(lake, name), 'utf8').includes('"add"'));
      } catch {
        return false;
      }
    });
    for (const name of ['workers', 'eventsim'])
      await until(`health of ${name}`, () => filesUnder(join(folder, name)).includes(join(folder, name, 'health')));

    client = await connectClient(readConfig(secrets(), process.cwd()));
    const history = await client.client.workflow.getHandle(landingId('listen_events')).fetchHistory();
    const told = [JSON.stringify(history), ...workers.lines, ...eventsim.lines];
    expect(told.join('\n')).not.toMatch(/canary/);
    for (const file of filesUnder(join(folder, 'workers')))
      expect([file, readFileSync(file).includes('canary')]).toEqual([file, false]);

    for (const { child } of [eventsim, workers]) child.kill('SIGTERM');
    expect(await Promise.all([eventsim.ended, workers.ended])).toEqual([0, 0]);
  }, 600_000);

  it.each<[string, RegExp, string, () => Record<string, string>]>([
    ['workers', /TEMPORAL_API_KEY/, 'a wrong key', () => ({ TEMPORAL_API_KEY: 'canary-wrong' })],
    ['workers', /KAFKA_PASSWORD/, 'a wrong password', () => ({ KAFKA_PASSWORD: 'canary-wrong' })],
    ['eventsim', /KAFKA_PASSWORD/, 'a wrong password', () => ({ KAFKA_PASSWORD: 'canary-wrong' })],
    [
      'workers',
      /TEMPORAL_TLS_CLIENT_CERT_PATH/,
      'no certificate',
      () => ({ TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }),
    ],
    [
      'workers',
      /TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
      'another authority',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(securedBroker().certificates, 'stranger.pem') }),
    ],
  ])(
    '%s ends with %p in one line for %s, without showing it',
    async (...[name, message, , change]) => {
      const command = start(name, change());
      expect(await command.ended).toBe(1);
      const said = command.lines.filter((line) => !/Warning|--trace/.test(line));
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(message);
      expect(command.lines.join('\n')).not.toMatch(/canary/);
    },
    300_000,
  );

  it('have their files in the image: all that the workers load is copied into it', () => {
    const copied = readFileSync('Dockerfile', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('COPY') && !line.includes('--from'));
    const sources = copied.flatMap((line) => line.split(' ').slice(1, -1)).filter((source) => !/requirements|npmrc/.test(source));
    const image = join(folder, 'image');
    mkdirSync(image);
    execFileSync('cp', ['-r', ...new Set(sources), image]);
    execFileSync('ln', ['-s', join(process.cwd(), 'node_modules'), join(image, 'node_modules')]);
    const help = execFileSync(process.execPath, ['cli/soundflow.mjs', '--help'], {
      cwd: image,
      env: { PATH: process.env.PATH, HOME: folder },
    });
    expect(help.toString()).toContain('ledger');
    const refused = execFileSync('sh', ['-c', `"${process.execPath}" --import tsx workers/main.ts 2>&1 || true`], {
      cwd: image,
      env: { PATH: process.env.PATH, SOUNDFLOW_PROFILE: 'gcp' },
    });
    expect(refused.toString()).toMatch(/GCP_PROJECT: not set/);
  }, 120_000);
});
