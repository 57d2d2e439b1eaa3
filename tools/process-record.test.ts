import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isRunning, runInline, withFolder } from './fixtures/inline.ts';

const SLEEPER = join(process.cwd(), 'tools/fixtures/sleeper.mjs');

const START_TIME = `
  import { startTimeOf } from './identity.mjs';
  console.log(JSON.stringify(startTimeOf(Number(process.argv[1]))));
`;

const END_LEFTOVERS = `
  import { endLeftovers } from './process-record.mjs';
  const said = [];
  const ended = await endLeftovers(process.argv[1], (text) => said.push(text), { graceMs: 300 });
  console.log(JSON.stringify({ ended, said }));
`;

async function startSleeper(kind: string): Promise<{ child: ChildProcess; pid: number; startTime: unknown }> {
  const child = spawn(process.execPath, [SLEEPER, kind], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { child, pid, startTime: await runInline(START_TIME, [String(pid)]) };
}

test('what a killed run left is ended, last started first; a pid that another process has now is not touched', () =>
  withFolder(async (home) => {
    const [temporal, worker, stranger] = await Promise.all([
      startSleeper('plain'),
      startSleeper('stubborn'),
      startSleeper('plain'),
    ]);
    const records = [
      { name: 'temporal', pid: temporal.pid, startTime: temporal.startTime },
      { name: 'stranger', pid: stranger.pid, startTime: '1' },
      { name: 'worker', pid: worker.pid, startTime: worker.startTime },
      { name: 'gone', pid: 2 ** 30, startTime: '1' },
    ];
    writeFileSync(join(home, 'processes.json'), JSON.stringify(records));
    const endings = [once(temporal.child, 'exit'), once(worker.child, 'exit')];

    expect(await runInline(END_LEFTOVERS, [home])).toEqual({
      ended: ['worker', 'temporal'],
      said: [
        expect.stringContaining(`worker (process ${worker.pid})`),
        expect.stringContaining(`temporal (process ${temporal.pid})`),
      ],
    });
    expect((await Promise.all(endings)).map(([, signal]: unknown[]) => signal)).toEqual(['SIGTERM', 'SIGKILL']);
    expect(isRunning(stranger.pid)).toBe(true);
    expect(existsSync(join(home, 'processes.json'))).toBe(false);
    stranger.child.kill('SIGKILL');
    await once(stranger.child, 'exit');
  }));

test('a record torn by a crash ends nothing and stops nothing', () =>
  withFolder(async (home) => {
    writeFileSync(join(home, 'processes.json'), '[{"name":"temp');
    expect(await runInline(END_LEFTOVERS, [home])).toEqual({ ended: [], said: [] });
  }));
