import { createDuckDbEncoder } from '../adapters/duckdb/encoder.ts';
import type { Encoder } from '../core/ports/encoder.ts';
import type { Config } from '../temporal.config.ts';
import { openRepository } from './compose.ts';
import { startEncoder } from './threaded-encoder.ts';

/** An encoder that has to be closed. */
export interface OpenedEncoder extends Encoder {
  close(): Promise<void>;
}

/** The encoder that the configuration asks for. Neither holds up the event loop: DuckDB has threads of its own, Arrow is given one. */
export async function openEncoder(config: Config): Promise<OpenedEncoder> {
  const { kind, scratch } = config.encoder;
  if (kind === 'arrow') return startEncoder(config.root);
  const { topics } = await openRepository(config);
  const contracts = new Map([...topics].map(([key, { contract }]) => [key, contract]));
  return createDuckDbEncoder({ contracts, scratchDir: scratch });
}
