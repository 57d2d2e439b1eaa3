import { init } from '@bokuweb/zstd-wasm';

let loaded: Promise<void> | null = null;

/** Loads zstd once for the whole process: loading it again while it is used would break that use. */
export function loadZstd(): Promise<void> {
  loaded ??= init();
  return loaded;
}
