import fc from 'fast-check';
import { createTurns } from './turns.ts';

describe('createTurns', () => {
  it('runs one turn of a key at a time, in the order they came, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.scheduler(), async (fails, scheduler) => {
        const turns = createTurns();
        const log: string[] = [];
        const all = fails.map((isFailing, index) =>
          turns('file', async () => {
            log.push(`begin ${String(index)}`);
            await scheduler.schedule(Promise.resolve());
            log.push(`end ${String(index)}`);
            if (isFailing) throw new Error(String(index));
            return index;
          }),
        );
        await scheduler.waitFor(Promise.allSettled(all));
        expect(log).toEqual(fails.flatMap((_, index) => [`begin ${String(index)}`, `end ${String(index)}`]));
        expect((await Promise.allSettled(all)).map(({ status }) => status === 'rejected')).toEqual(fails);
      }),
    );
  });

  it('lets other keys go on meanwhile', async () => {
    const turns = createTurns();
    const never = turns('a', () => new Promise<never>(() => undefined));
    expect(await Promise.race([never, turns('b', () => Promise.resolve('b'))])).toBe('b');
  });
});
