import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isRunning, startInline, until, withFolder } from './fixtures/inline.ts';

const SLEEPER = join(process.cwd(), 'tools/fixtures/sleeper.mjs');

const SUPERVISE = `
  import { openSupervisor } from './supervisor.mjs';
  import { onSignals } from './signals.mjs';
  const [home, sleeper, ...kinds] = process.argv.slice(1);
  const supervisor = await openSupervisor({ home, say: (text) => console.log(text), firstDelayMs: 50 });
  for (const [index, kind] of kinds.entries()) {
    await new Promise((ready) => supervisor.start({
      name: kind + index, command: process.execPath, args: [sleeper, kind], env: process.env, onLine: ready,
    }));
  }
  onSignals({
    stop: async () => {
      const endings = await supervisor.stop(['plain1', 'stubborn0', 'absent'], { graceMs: 300 });
      console.log(JSON.stringify(endings.map(({ name, how }) => name + ' ' + how)));
      process.exit();
    },
    hurry: () => supervisor.kill(),
  });
  console.log(JSON.stringify(kinds.map((kind, index) => supervisor.pidOf(kind + index))));
`;

function pidsIn(line: string): number[] {
  const value: unknown = JSON.parse(line);
  return Array.isArray(value) ? value.map(Number) : [];
}

test('stop ends the parts in the order given, kills one that does not listen, then ends the rest', () =>
  withFolder(async (home) => {
    const supervisor = startInline(SUPERVISE, [home, SLEEPER, 'stubborn', 'plain', 'plain']);
    const pids = pidsIn(await supervisor.nextLine());
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    supervisor.child.kill('SIGTERM');
    const endings: unknown = JSON.parse(await supervisor.nextLine());
    expect(endings).toEqual(['plain1 ended', 'stubborn0 killed', 'absent was not running', 'plain2 ended']);
    expect(pids.map(isRunning)).toEqual([false, false, false]);
    expect((await supervisor.ended).code).toBe(0);
    expect(readFileSync(join(home, 'processes.json'), 'utf8')).toBe('[]\n');
    expect(existsSync(join(home, 'supervisor.lock'))).toBe(false);
  }));

test('after kill -9 the next one ends what is left and takes the home', () =>
  withFolder(async (home) => {
    const first = startInline(SUPERVISE, [home, SLEEPER, 'plain', 'plain']);
    const pids = pidsIn(await first.nextLine());
    first.child.kill('SIGKILL');
    await first.ended;
    expect(pids.map(isRunning)).toEqual([true, true]);
    const second = startInline(SUPERVISE, [home, SLEEPER]);
    expect(await second.nextLine()).toContain(`plain1 (process ${pids[1]})`);
    expect(await second.nextLine()).toContain(`plain0 (process ${pids[0]})`);
    expect(await second.nextLine()).toBe('[]');
    await until('the leftovers are gone', () => !pids.some(isRunning));
    second.child.kill('SIGTERM');
    await second.ended;
  }));

test('a home that is held is refused with the pid of its holder', () =>
  withFolder(async (home) => {
    const first = startInline(SUPERVISE, [home, SLEEPER, 'plain']);
    await first.nextLine();
    const second = startInline(SUPERVISE, [home, SLEEPER, 'plain']);
    const { code, stderr } = await second.ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`already runs in ${home}: process ${first.pid} holds it`);
    first.child.kill('SIGTERM');
    await first.ended;
  }));

test('a part that dies by itself is started again, more slowly each time, and never after the stop', () =>
  withFolder(async (home) => {
    const supervisor = startInline(SUPERVISE, [home, SLEEPER, 'brief']);
    await supervisor.nextLine();
    expect(await supervisor.nextLine()).toContain('brief0 ended by itself (exit code 3); starting it again in 0.05 s');
    expect(await supervisor.nextLine()).toContain('starting it again in 0.1 s');
    expect(await supervisor.nextLine()).toContain('starting it again in 0.2 s');
    supervisor.child.kill('SIGINT');
    expect(await supervisor.nextLine()).toContain('brief0 was not running');
    expect((await supervisor.ended).code).toBe(0);
    expect(readFileSync(join(home, 'processes.json'), 'utf8')).toBe('[]\n');
  }));
