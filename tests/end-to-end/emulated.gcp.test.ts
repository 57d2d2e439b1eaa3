import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { freePort, nobodyNames, type } from './command.ts';

jest.setTimeout(900_000);

const homes: string[] = [];

afterAll(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

async function newHome() {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-emulated-'));
  homes.push(home);
  return { home, env: { SOUNDFLOW_HOME: home, SOUNDFLOW_TOOLS: resolve('.soundflow/tools'), SOUNDFLOW_PROFILE: 'emulated' } };
}

describe('SOUNDFLOW_PROFILE=emulated', () => {
  it('plays the demo on a storage server of its own, and ends that too', async () => {
    const { home, env } = await newHome();
    const command = type(['npm', 'run', '--silent', 'demo', '--', '--events', '3000', '--json'], env);
    expect(await command.ended).toBe(0);
    const line = command.lines.findLast((text) => text.startsWith('{"produced"')) ?? '';
    expect(z.object({ difference: z.number() }).parse(JSON.parse(line)).difference).toBe(0);
    expect(command.lines.join('\n')).toMatch(/^storage +ended after/m);
    expect(await readdir(join(home, 'demo', 'storage'))).toContain('soundflow-lake');
    expect(await readdir(join(home, 'demo'))).not.toContain('lake');
    await nobodyNames(home, 5_000);
  });

  it('names the port of the storage server and its setting when it is taken', async () => {
    const { home, env } = await newHome();
    const port = await freePort();
    const taken = createServer().listen(Number(port), '127.0.0.1');
    await once(taken, 'listening');
    const refused = type(['npm', 'start'], { ...env, SOUNDFLOW_GCS_PORT: port });
    expect(await refused.ended).toBe(2);
    expect(refused.lines.join('\n')).toMatch(new RegExp(`port ${port}, wanted for the storage server.*SOUNDFLOW_GCS_PORT`));
    taken.close();
    await nobodyNames(home, 5_000);
  });

  it('keeps the demo, which begins by removing everything, away from Google Cloud', async () => {
    const { env } = await newHome();
    const refused = type(['npm', 'run', '--silent', 'demo'], { ...env, SOUNDFLOW_PROFILE: 'gcp', GCP_PROJECT: 'somebody' });
    expect(await refused.ended).toBe(2);
    expect(refused.lines.join('\n')).toMatch(/SOUNDFLOW_PROFILE=gcp: the demo .*local or emulated/);
  });
});
