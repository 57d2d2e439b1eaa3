import { rm } from 'node:fs/promises';
import { CHECKPOINTS, copyWithout, expectedOf, NEWEST, readTable, writeTestTable, type Reader } from './test-table.ts';

const [, LAST_CHECKPOINT] = CHECKPOINTS;
const ALL = Array.from({ length: NEWEST + 1 }, (_, version) => version);
const LATE = ALL.filter((version) => version >= LAST_CHECKPOINT);
const isPointer = (name: string): boolean => name === '_last_checkpoint';
const isSummedUp = (name: string): boolean => name.endsWith('.json') && Number.parseInt(name, 10) <= LAST_CHECKPOINT;

/** What every reader of Delta tables must find; `open` says how the reader called `name` is run. */
export function describeReader(name: Reader['name'], open: () => Omit<Reader, 'name'>): void {
  describe(`${name} as a reader of the lake`, () => {
    const roots: string[] = [];
    let root = '';

    beforeAll(async () => {
      root = await writeTestTable();
      roots.push(root);
    });

    afterAll(() => Promise.all(roots.map((folder) => rm(folder, { recursive: true, force: true }))));

    it.each<readonly [string, readonly number[], (name: string) => boolean]>([
      ['at every position', ALL, () => false],
      ['at every position without the pointer to the newest checkpoint', ALL, isPointer],
      ['at every position without any checkpoint', ALL, (file) => isPointer(file) || file.endsWith('.parquet')],
      ['from the checkpoint on, the commits before it gone', LATE, isSummedUp],
      ['from the checkpoint on, the commits before it and the pointer gone', LATE, (file) => isPointer(file) || isSummedUp(file)],
    ])(
      'finds the rows that the log names %s',
      async (_, versions, omit) => {
        const copy = await copyWithout(root, omit);
        roots.push(copy);
        expect(await readTable(copy, versions, { name, ...open() })).toEqual(expectedOf(versions));
      },
      180_000,
    );
  });
}
