/** How to open and close something that costs while it is open. */
export interface Resource<T> {
  readonly open: () => Promise<T>;
  readonly close: (opened: T) => Promise<void>;
  /** Closed after so many milliseconds without use. */
  readonly idleMs: number;
}

/** A resource that is open only while somebody uses it, and a little longer. */
export interface Shared<T> {
  /** Opens it when it is closed. When `work` throws, the next use opens another one, so that a broken one is not kept. */
  use<R>(work: (opened: T) => Promise<R>): Promise<R>;
  /** Closes it once nobody uses it. */
  close(): Promise<void>;
}

interface Life<T> {
  readonly opened: Promise<T>;
  users: number;
  timer: NodeJS.Timeout | null;
}

/** Shares one `resource` among concurrent users. */
export function shareWhileUsed<T>({ open, close, idleMs }: Resource<T>): Shared<T> {
  let current: Life<T> | null = null;
  const closing = new Set<Promise<void>>();

  function begin(): Life<T> {
    const life = current ?? { opened: open(), users: 0, timer: null };
    current = life;
    if (life.timer !== null) clearTimeout(life.timer);
    life.timer = null;
    life.users += 1;
    return life;
  }

  function end(life: Life<T>): void {
    life.users -= 1;
    if (life.users > 0) return;
    if (life !== current) dispose(life);
    else
      life.timer = setTimeout(() => {
        retire(life);
      }, idleMs).unref();
  }

  function retire(life: Life<T>): void {
    if (life === current) current = null;
    if (life.timer !== null) clearTimeout(life.timer);
    if (life.users === 0) dispose(life);
  }

  function dispose(life: Life<T>): void {
    const closed = life.opened.then(close).catch(() => undefined);
    closing.add(closed);
    void closed.finally(() => closing.delete(closed));
  }

  return {
    async use(work) {
      const life = begin();
      try {
        return await work(await life.opened);
      } catch (failure) {
        if (life === current) current = null;
        throw failure;
      } finally {
        end(life);
      }
    },
    async close() {
      if (current !== null) retire(current);
      await Promise.all(closing);
    },
  };
}
