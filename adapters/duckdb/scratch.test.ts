import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScratch } from './scratch.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'soundflow-scratch-test-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the scratch folder', () => {
  it('names each file once, and is gone with what is in it when it is closed', async () => {
    const scratch = await openScratch(home);
    const [one, other] = [scratch.newFile('.parquet'), scratch.newFile('.parquet')];
    expect(one).not.toBe(other);
    await writeFile(one, 'x');
    await scratch.remove(other);
    expect(await readdir(home)).toHaveLength(1);
    await scratch.close();
    expect(await readdir(home)).toEqual([]);
  });

  it('is cleared of what processes that ended left behind, and of nothing else', async () => {
    const prefix = `soundflow-scratch-${hostname().replaceAll(/[^A-Za-z0-9]/g, '_')}-`;
    const ended = 2 ** 22 + 1;
    const kept = [`${prefix}1-abcdef`, 'other', 'soundflow-scratch-elsewhere-5-abcdef'];
    for (const name of [`${prefix}${String(ended)}-abcdef`, ...kept]) {
      await mkdir(join(home, name));
      await writeFile(join(home, name, '1.parquet'), '');
    }
    await (await openScratch(home)).close();
    expect((await readdir(home)).sort()).toEqual([...kept].sort());
  });

  it('that cannot be made is an error that says what to do', async () => {
    const place = join(home, 'file');
    await writeFile(place, '');
    await expect(openScratch(place)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('LANDING_SCRATCH'),
    });
  });
});
