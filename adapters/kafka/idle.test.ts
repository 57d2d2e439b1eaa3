import { shareWhileUsed, type Shared } from './idle.ts';

interface Opened {
  readonly number: number;
}

/** A shared resource, and what became of each one opened. */
function counted(idleMs: number): {
  readonly shared: Shared<Opened>;
  readonly closed: readonly number[];
  readonly count: () => number;
} {
  const closed: number[] = [];
  let count = 0;
  const shared = shareWhileUsed<Opened>({
    open: async () => {
      count += 1;
      return Promise.resolve({ number: count });
    },
    close: async ({ number }) => {
      closed.push(number);
      return Promise.resolve();
    },
    idleMs,
  });
  return { shared, closed, count: () => count };
}

const numberOf = async ({ number }: Opened): Promise<number> => Promise.resolve(number);

describe('shareWhileUsed', () => {
  it('opens one for all who use it at once, and none before', async () => {
    const { shared, count } = counted(10_000);
    expect(count()).toBe(0);
    expect(await Promise.all([1, 2, 3].map(() => shared.use(numberOf)))).toEqual([1, 1, 1]);
    expect(await shared.use(numberOf)).toBe(1);
    await shared.close();
  });

  it('closes it when it was idle, and opens another', async () => {
    const closed = deferred<number>();
    const shared = shareWhileUsed({
      open: () => Promise.resolve(7),
      close: async (opened) => {
        closed.resolve(opened);
        return Promise.resolve();
      },
      idleMs: 1,
    });
    await shared.use(() => Promise.resolve());
    expect(await closed.promise).toBe(7);
    expect(await shared.use((opened) => Promise.resolve(opened))).toBe(7);
    await shared.close();
  });

  it('gives up one that failed once nobody uses it', async () => {
    const { shared, closed } = counted(10_000);
    const slow = deferred<undefined>();
    const using = shared.use(async (opened) => {
      await slow.promise;
      return opened.number;
    });
    await expect(shared.use(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await shared.use(numberOf)).toBe(2);
    expect(closed).toEqual([]);
    slow.resolve(undefined);
    expect(await using).toBe(1);
    await shared.close();
    expect([...closed].sort()).toEqual([1, 2]);
  });

  it('tries again after it could not be opened', async () => {
    const outcomes = [() => Promise.reject(new Error('refused')), () => Promise.resolve('open')];
    const shared = shareWhileUsed<string>({
      open: () => outcomes.shift()?.() ?? Promise.reject(new Error('none left')),
      close: () => Promise.resolve(),
      idleMs: 10_000,
    });
    await expect(shared.use((opened) => Promise.resolve(opened))).rejects.toThrow('refused');
    expect(await shared.use((opened) => Promise.resolve(opened))).toBe('open');
    await shared.close();
  });

  it('closes at once when told, and twice is once', async () => {
    const { shared, closed } = counted(10_000);
    await shared.use(numberOf);
    await Promise.all([shared.close(), shared.close()]);
    expect(closed).toEqual([1]);
  });
});

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
