import type { Contract } from '../../core/assets.ts';
import { unknownTopic } from '../../core/errors.ts';
import type { Encoder } from '../../core/ports/encoder.ts';
import { ColumnarSegment } from './segment.ts';

/** Grows whenever a change here may give other bytes for the same records. */
const VERSION = 'columnar/1';
/** As many as a segment has: its rows share their dictionaries. */
const GROUP_ROWS = 131_072;

/**
 * Encodes on the calling thread, a few milliseconds at a time: plain records go from their bytes to columns in WebAssembly, others by way of
 * the contract. `contracts` by topic; `groupRows` of a row group at most.
 */
export function createColumnarEncoder(contracts: ReadonlyMap<string, Contract>, groupRows = GROUP_ROWS): Encoder {
  return {
    version: VERSION,
    open(heading) {
      const contract = contracts.get(heading.topic);
      if (contract === undefined) throw unknownTopic(heading.topic, [...contracts.keys()]);
      return new ColumnarSegment({ contract, heading, groupRows, createdBy: `soundflow ${VERSION}` });
    },
  };
}
