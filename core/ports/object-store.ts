/** One stored object; `path` relative to the store's root, with `/`; `at` is when it was written, epoch milliseconds. */
export interface StoredObject {
  readonly path: string;
  readonly bytes: number;
  readonly at: number;
}

/** Objects that are written once and never changed. */
export interface ObjectStore {
  /** Writes a whole object, durable on return, unless one is there. Of two writers exactly one sees 'written'. @throws UNAVAILABLE */
  putIfAbsent(path: string, content: Uint8Array): Promise<'written' | 'exists'>;
  /** The whole object, or null when there is none. @throws UNAVAILABLE */
  get(path: string): Promise<Uint8Array | null>;
  /** Objects whose path begins with `prefix`, ascending by path. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Removes an object; removing what is not there is no error. */
  remove(path: string): Promise<void>;
}
