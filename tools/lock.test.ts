import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runInline, startInline, withFolder } from './fixtures/inline.ts';

const HOLD = `
  import { withLock } from './lock.mjs';
  const [file] = process.argv.slice(1);
  await withLock(file, ({ pid }) => console.log('waiting for ' + pid), () => {
    console.log('held');
    return new Promise((resolve) => process.stdin.once('data', resolve));
  });
  console.log('given back');
  process.exit();
`;

const COUNT = `
  import { withLock } from './lock.mjs';
  import { readFileSync, writeFileSync } from 'node:fs';
  const [lock, counter] = process.argv.slice(1);
  await withLock(lock, () => undefined, async () => {
    const seen = Number(readFileSync(counter, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(counter, String(seen + 1));
  });
  console.log(readFileSync(counter, 'utf8'));
`;

test('the second waits, says for whom, and goes on when the first is through', () =>
  withFolder(async (folder) => {
    const first = startInline(HOLD, [join(folder, 'lock')]);
    expect(await first.nextLine()).toBe('held');
    const second = startInline(HOLD, [join(folder, 'lock')]);
    expect(await second.nextLine()).toBe(`waiting for ${first.pid}`);
    first.child.stdin?.write('\n');
    expect(await second.nextLine()).toBe('held');
    second.child.stdin?.write('\n');
    await second.ended;
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  }));

test('the lock of a process that was killed is taken over', () =>
  withFolder(async (folder) => {
    const first = startInline(HOLD, [join(folder, 'lock')]);
    await first.nextLine();
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(join(folder, 'lock'))).toBe(true);
    const second = startInline(HOLD, [join(folder, 'lock')]);
    expect(await second.nextLine()).toBe('held');
    second.child.stdin?.write('\n');
    await second.ended;
  }));

test('a lock whose pid now belongs to another process is taken over', () =>
  withFolder(async (folder) => {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, startTime: 'another time' }));
    const holder = startInline(HOLD, [join(folder, 'lock')]);
    expect(await holder.nextLine()).toBe('held');
    holder.child.stdin?.write('\n');
    await holder.ended;
  }));

test('of many that find a dead lock, one at a time holds it', () =>
  withFolder(async (folder) => {
    const [lock, counter] = [join(folder, 'lock'), join(folder, 'counter')];
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 30, startTime: '1' }));
    writeFileSync(counter, '0');
    const seen = await Promise.all(Array.from({ length: 8 }, () => runInline(COUNT, [lock, counter])));
    expect(Math.max(...seen.map(Number))).toBe(8);
  }));
