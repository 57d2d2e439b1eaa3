import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../end-to-end/command.ts';
import { death, openRig } from './landing-rig.ts';

jest.setTimeout(240_000);

function binary(): string {
  const path = process.env.TEST_TEMPORAL_BINARY;
  if (path === undefined) throw new Error('TEST_TEMPORAL_BINARY is not set: run through jest’s project "server"');
  return path;
}

async function startServer(folder: string, port: string): Promise<ChildProcess> {
  const database = [
    '--db-filename',
    join(folder, 'temporal.db'),
    '--sqlite-pragma',
    'journal_mode=wal',
    '--sqlite-pragma',
    'synchronous=normal',
  ];
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', port, '--headless', '--log-level', 'never', ...database];
  const server = spawn(binary(), args, { stdio: 'ignore' });
  for (;;) {
    try {
      await promisify(execFile)(binary(), [
        'operator',
        'namespace',
        'describe',
        '-n',
        'default',
        '--address',
        `127.0.0.1:${port}`,
      ]);
      return server;
    } catch (failure) {
      if (server.exitCode !== null) throw failure;
    }
  }
}

describe('a Temporal server killed while a topic is landed, and started again', () => {
  it('nothing missing, nothing twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'soundflow-restart-'));
    const port = await freePort();
    let server = await startServer(folder, port);
    const rig = await openRig(`restart_${randomUUID().slice(0, 8)}`, `127.0.0.1:${port}`);
    try {
      await rig.produce(400);
      await rig.startWorker();
      await rig.startLanding();
      while ((await rig.commits.newest(rig.topic, 0)) === null) await new Promise((resolve) => setTimeout(resolve, 20));
      server.kill('SIGKILL');
      await death(server);
      await rig.produce(100);
      server = await startServer(folder, port);
      expect(await rig.flush()).toMatchObject({ landed: true });
      expect(await rig.compare()).toEqual({ missing: 0, doubled: 0, landed: 1_200, rejected: 300 });
    } finally {
      await rig.close();
      server.kill('SIGKILL');
      await death(server);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
