import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import type { Catalog, Fact } from '../../core/ports/catalog.ts';
import { describeCatalog, readAll } from '../contract/catalog.ts';
import { createSqliteCatalog } from './catalog.ts';

const homes: string[] = [];
const opened: Catalog[] = [];

async function newFile(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-sqlite-'));
  homes.push(home);
  return join(home, 'catalog', 'soundflow.db');
}

async function open(file: string, patienceMs = 10_000): Promise<Catalog> {
  const catalog = await createSqliteCatalog({ file, patienceMs });
  opened.push(catalog);
  return catalog;
}

const folded = (position: number): Fact => ({ fact: 'folded', value: { topic: 'plays', position } });

/** Code that runs with a catalogue's file as its argument. */
async function inOtherProcess(code: string, file: string): Promise<{ readonly said: string; readonly ended: string }> {
  const source = `
    import { createSqliteCatalog } from ${JSON.stringify(pathToFileURL(join(__dirname, 'catalog.ts')).href)};
    import Database from 'libsql';
    const file = process.argv[1];
    ${code}`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', source, file];
  const child = spawn(process.execPath, args, { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  const ended = await new Promise<string>((resolve) => {
    child.once('close', (status, signal) => {
      resolve(signal ?? String(status));
    });
  });
  return { said: said.trim(), ended };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((catalog) => catalog.close()));
  await Promise.all(homes.splice(0).map((home) => rm(home, { recursive: true, force: true })));
});

describeCatalog('sqlite', async () => createSqliteCatalog({ file: await newFile() }));

describe('sqlite files', () => {
  it('is one catalogue for all that have the file open', async () => {
    const file = await newFile();
    const [one, other] = [await open(file), await open(file)];
    const positions = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(positions.map((position) => (position % 2 === 0 ? one : other).record([folded(position)])));
    expect(await one.folded('plays')).toBe(39);
    expect(await readAll(one)).toEqual(await readAll(other));
  });

  it('is made once by many processes that open it at the same time, and loses none of their facts', async () => {
    const file = await newFile();
    const code = `
      const catalog = await createSqliteCatalog({ file });
      for (let at = 0; at < 20; at += 1) {
        const id = process.pid + '/' + at;
        const value = { id, kind: 'hourly', status: 'running', startedAt: at, endedAt: null, steps: 0, failed: 0, summary: '' };
        await catalog.record([{ fact: 'run', value }]);
      }
      await catalog.close();`;
    const ended = await Promise.all(Array.from({ length: 4 }, () => inOtherProcess(code, file)));
    expect(ended).toEqual(Array.from({ length: 4 }, () => ({ said: '', ended: '0' })));
    expect(await (await open(file)).runs(100)).toHaveLength(80);
  }, 30_000);

  it('shows nothing of a transaction whose process was killed', async () => {
    const file = await newFile();
    await (await open(file)).record([folded(1)]);
    const code = `
      const database = new Database(file);
      database.exec('begin immediate');
      database.exec('update folded set position = 99');
      console.log(JSON.stringify(database.prepare('select position from folded').all()));
      process.kill(process.pid, 'SIGKILL');`;
    expect(await inOtherProcess(code, file)).toEqual({ said: '[{"position":99}]', ended: 'SIGKILL' });
    const catalog = await open(file);
    expect(await catalog.folded('plays')).toBe(1);
    await catalog.record([folded(2)]);
    expect(await catalog.folded('plays')).toBe(2);
  }, 30_000);

  it('reads while another writes, and says so when it may not write', async () => {
    const file = await newFile();
    const catalog = await open(file, 50);
    await catalog.record([folded(1)]);
    const writer = new Database(file);
    try {
      writer.exec('begin immediate');
      writer.exec('update folded set position = 5');
      expect(await catalog.folded('plays')).toBe(1);
      const locked = { code: 'LOCKED', message: expect.stringContaining(file) };
      await expect(catalog.record([folded(2)])).rejects.toMatchObject(locked);
      await expect(open(file, 50)).rejects.toMatchObject(locked);
      writer.exec('commit');
    } finally {
      writer.close();
    }
    await catalog.record([folded(7)]);
    expect(await catalog.folded('plays')).toBe(7);
  });

  it('names a file that is no catalogue', async () => {
    const file = await newFile();
    await mkdir(dirname(file));
    await writeFile(file, 'no database'.repeat(1000));
    await expect(open(file)).rejects.toMatchObject({ code: 'BAD_SETTING', message: expect.stringContaining(file) });
    await expect(open(dirname(file))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(dirname(file)),
    });
    await expect(open(join(file, 'below.db'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: expect.objectContaining({ code: 'EEXIST' }),
    });
  });

  it('leaves a file of a newer schema alone', async () => {
    const file = await newFile();
    await (await open(file)).close();
    const database = new Database(file);
    database.exec('insert into schema_versions values (99)');
    database.close();
    await expect(open(file)).rejects.toMatchObject({ code: 'BAD_SETTING', message: expect.stringContaining('Update SoundFlow') });
  });

  it('keeps what it knows when it is opened again, and every fact of the past', async () => {
    const file = await newFile();
    const first = await open(file);
    const value = { asset: 'a', check: 'c', status: 'pass', message: '', at: 1 } as const;
    for (const run of ['1', '2', '3']) await first.record([{ fact: 'check', value: { ...value, run } }]);
    const before = await readAll(first);
    await first.close();
    expect(await readAll(await open(file))).toEqual(before);
    const database = new Database(file);
    expect(database.prepare('select run from check_history order by run').all()).toEqual([
      { run: '1' },
      { run: '2' },
      { run: '3' },
    ]);
    database.close();
  });
});
