/** Runs `turn` when every earlier turn of the same key has ended, whether well or not. Gives what the turn gives. */
export type Turns = <T>(key: string, turn: () => Promise<T>) => Promise<T>;

/** Queues by key, each empty; forgets a key when nobody waits for it. */
export function createTurns(): Turns {
  const lastInLine = new Map<string, Promise<unknown>>();
  return async (key, turn) => {
    const mine = (lastInLine.get(key) ?? Promise.resolve()).then(turn);
    const settled = Promise.allSettled([mine]);
    lastInLine.set(key, settled);
    try {
      return await mine;
    } finally {
      if (lastInLine.get(key) === settled) lastInLine.delete(key);
    }
  };
}
