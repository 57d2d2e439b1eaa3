import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeObjectStore } from '../contract/object-store.ts';
import { createFileStore } from './object-store.ts';

const roots: string[] = [];

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'soundflow-files-'));
  roots.push(root);
  return root;
}

afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

describeObjectStore('files', async () => createFileStore(join(await newRoot(), 'made', 'when', 'missing')));

describe('files', () => {
  it('shows nothing of what a crash left half written', async () => {
    const root = await newRoot();
    await mkdir(join(root, '.tmp'));
    await writeFile(join(root, '.tmp', 'half'), 'ha');
    const store = createFileStore(root);
    await store.putIfAbsent('a/whole', Buffer.from('whole'));
    const paths: string[] = [];
    for await (const object of store.list('')) paths.push(object.path);
    expect(paths).toEqual(['a/whole']);
    expect(await readdir(join(root, '.tmp'))).toEqual(['half']);
  });

  it('writes again after its folders were removed under it', async () => {
    const root = await newRoot();
    const store = createFileStore(root);
    await store.putIfAbsent('a/b/c', Buffer.from('1'));
    await rm(root, { recursive: true });
    expect(await store.putIfAbsent('a/b/c', Buffer.from('2'))).toBe('written');
  });

  it('says what to do when the folder cannot be written', async () => {
    const root = await newRoot();
    await writeFile(join(root, 'file'), 'in the way');
    const store = createFileStore(root);
    await expect(store.putIfAbsent('file/below', Buffer.from('x'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(join(root, 'file', 'below')),
      cause: expect.objectContaining({ code: 'EEXIST' }),
    });
  });
});
