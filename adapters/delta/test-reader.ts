import { rm } from 'node:fs/promises';
import { CHECKPOINTS, copyWithout, expectedOf, NEWEST, readTables, writeTestTable, type Reader } from './test-table.ts';

/** Spark takes its time on a machine that does other things too. */
const READING_TIMEOUT_MS = 900_000;
const [, LAST_CHECKPOINT] = CHECKPOINTS;
const ALL = Array.from({ length: NEWEST + 1 }, (_, version) => version);
const LATE = ALL.filter((version) => version >= LAST_CHECKPOINT);
const isPointer = (name: string): boolean => name === '_last_checkpoint';
const isSummedUp = (name: string): boolean => name.endsWith('.json') && Number.parseInt(name, 10) < LAST_CHECKPOINT;

/** What is taken away from the log, and the versions that must still be read right. */
const CASES: readonly (readonly [title: string, versions: readonly number[], omit: (name: string) => boolean])[] = [
  ['at every position', ALL, () => false],
  ['at every position without the pointer to the newest checkpoint', ALL, isPointer],
  ['at every position without any checkpoint', ALL, (name) => isPointer(name) || name.endsWith('.parquet')],
  ['from the checkpoint on, the commits before it gone', LATE, isSummedUp],
  ['from the checkpoint on, the commits before it and the pointer gone', LATE, (name) => isPointer(name) || isSummedUp(name)],
];

/** What every reader of Delta tables must find; `open` says how the reader called `name` is run. */
export function describeReader(name: Reader['name'], open: () => Omit<Reader, 'name'>): void {
  describe(`${name} as a reader of the lake`, () => {
    const roots: string[] = [];
    let found: Awaited<ReturnType<typeof readTables>> = [];

    beforeAll(async () => {
      const root = await writeTestTable();
      roots.push(root);
      for (const [, , omit] of CASES) roots.push(await copyWithout(root, omit));
      const tables = CASES.map(([, versions], index) => ({ root: roots[index + 1] ?? '', versions }));
      found = await readTables(tables, { name, ...open() });
    }, READING_TIMEOUT_MS);

    afterAll(() => Promise.all(roots.map((folder) => rm(folder, { recursive: true, force: true }))));

    it.each(CASES.map(([title, versions], index) => [title, versions, index] as const))(
      'finds the rows that the log names %s',
      (_, versions, index) => {
        expect(found[index]).toEqual(expectedOf(versions));
      },
    );
  });
}
