/** Suffix of the task queue of each kind of work; cheap steps run on the workflows' own queue. */
export const QUEUE_SUFFIX = { main: '', land: '-land', load: '-load', build: '-build' } as const;

/** A kind of work. */
export type QueueKind = keyof typeof QUEUE_SUFFIX;

/** The task queue of a kind of work beside the workflows' queue `main`. */
export function queueOf(main: string, kind: QueueKind): string {
  return main + QUEUE_SUFFIX[kind];
}
