import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { freePort, nobodyNames, processesNaming, type } from './command.ts';

jest.setTimeout(400_000);

const PORTS = [
  'SOUNDFLOW_KAFKA_PORT',
  'SOUNDFLOW_KAFKA_CONTROLLER_PORT',
  'SOUNDFLOW_TEMPORAL_PORT',
  'SOUNDFLOW_TEMPORAL_UI_PORT',
  'SOUNDFLOW_TEMPORAL_METRICS_PORT',
];

async function newHome(): Promise<{ readonly home: string; readonly env: Readonly<Record<string, string>> }> {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-start-'));
  const ports = await Promise.all(PORTS.map(async (name) => [name, await freePort()] as const));
  const pace = { LANDING_TICK: '5 seconds', EVENTSIM_CATCH_UP: '5 minutes', EVENTSIM_RATE: '40' };
  return {
    home,
    env: { ...Object.fromEntries(ports), ...pace, SOUNDFLOW_HOME: home, SOUNDFLOW_TOOLS: resolve('.soundflow/tools') },
  };
}

function supervisorPid(home: string): number {
  return z.object({ pid: z.int() }).parse(JSON.parse(readFileSync(join(home, 'supervisor.lock'), 'utf8'))).pid;
}

describe('npm start', () => {
  it('fills the marts; ends everything when npm dies; goes on after kill -9 of all; and accounts for every event', async () => {
    const { home, env } = await newHome();
    const first = type(['npm', 'start'], env);
    await first.line(/^marts /);
    await first.line(/^ +1 {2}/);
    first.child.kill('SIGKILL');
    await nobodyNames(home, 30_000);

    const second = type(['npm', 'start'], env);
    await second.line(/^land /);
    process.kill(supervisorPid(home), 'SIGKILL');
    await second.ended;
    expect(processesNaming(home).length).toBeGreaterThan(0);

    const third = type(['npm', 'start'], env);
    await third.line(/left by a run that was killed/);
    await third.line(/^land /);
    const npm = ['run', '--silent', 'soundflow', '--'];
    await type(['npx', 'tsx', 'tests/end-to-end/run-schedule.ts'], {
      ...env,
      TEMPORAL_ADDRESS: `127.0.0.1:${env.SOUNDFLOW_TEMPORAL_PORT ?? ''}`,
    }).ended;
    const ledger = type(['npm', ...npm, 'ledger', '--json'], env);
    expect(await ledger.ended).toBe(0);
    const { difference, entries } = z
      .object({ difference: z.number(), entries: z.array(z.object({ consumed: z.number() })) })
      .parse(JSON.parse(ledger.lines.join('')));
    expect(difference).toBe(0);
    expect(entries.reduce((sum, entry) => sum + entry.consumed, 0)).toBeGreaterThan(1_000);

    const verified = type(['npm', ...npm, 'lake', 'verify', '--json'], env);
    expect(await verified.ended).toBe(0);
    const tables = z
      .array(z.object({ rows: z.number(), problems: z.array(z.string()) }))
      .parse(JSON.parse(verified.lines.at(-1) ?? ''));
    expect(tables.flatMap(({ problems }) => problems)).toEqual([]);
    expect(tables.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(1_000);
    const deadLetters = type(['npm', ...npm, 'dead-letters', 'list', '--json'], env);
    expect(await deadLetters.ended).toBe(0);
    expect(deadLetters.lines).toEqual(['[]']);

    process.kill(supervisorPid(home), 'SIGTERM');
    await nobodyNames(home, 30_000);
    const order = third.lines.filter((line) => line.includes(' ended after ')).map((line) => line.split(' ')[0]);
    expect(order).toEqual(['eventsim', 'workers', 'broker', 'temporal']);
    await rm(home, { recursive: true, force: true });
  });

  it('names the port and the setting when a port is taken, and starts nothing', async () => {
    const { home, env } = await newHome();
    const taken = createServer().listen(Number(env.SOUNDFLOW_KAFKA_PORT), '127.0.0.1');
    await once(taken, 'listening');
    const refused = type(['npm', 'start'], env);
    expect(await refused.ended).toBe(2);
    expect(refused.lines.join('\n')).toMatch(new RegExp(`port ${env.SOUNDFLOW_KAFKA_PORT ?? ''}.*SOUNDFLOW_KAFKA_PORT`));
    taken.close();
    await nobodyNames(home, 5_000);
    await rm(home, { recursive: true, force: true });
  });

  it('tells of a malformed setting in one message without a stack trace, with exit code 2', async () => {
    const refused = type(['npm', 'start'], { LANDING_TICK: 'soon' });
    expect(await refused.ended).toBe(2);
    expect(refused.lines.join('\n')).toMatch(/LANDING_TICK="soon".*Example: LANDING_TICK=2 minutes/);
    expect(refused.lines.join('\n')).not.toMatch(/^ +at /m);
  });
});
