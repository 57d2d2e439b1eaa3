import { createColumnarEncoder } from '../adapters/columnar/encoder.ts';
import type { Encoder } from '../core/ports/encoder.ts';
import type { Config } from '../temporal.config.ts';
import { openRepository } from './compose.ts';
import { startEncoder } from './threaded-encoder.ts';

/** An encoder that has to be closed. */
export interface OpenedEncoder extends Encoder {
  close(): Promise<void>;
}

/** The encoder that the configuration asks for. Neither holds up the event loop: one works a few milliseconds at a time, Arrow is given a thread. */
export async function openEncoder(config: Config): Promise<OpenedEncoder> {
  if (config.encoder.kind === 'arrow') return startEncoder(config.root);
  const { topics } = await openRepository(config);
  const contracts = new Map([...topics].map(([key, { contract }]) => [key, contract]));
  return { ...createColumnarEncoder(contracts), close: () => Promise.resolve() };
}
