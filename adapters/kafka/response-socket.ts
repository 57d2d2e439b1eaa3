import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { ISocketFactoryArgs } from 'kafkajs';
import { ResponseMemory } from './response-memory.ts';

const SIZE_BYTES = 4;
const SCRATCH_BYTES = 64 * 1024;
const KEEP_ALIVE_MS = 60_000;
/** No broker answers with more; what is no broker may seem to. */
const LARGEST_BYTES = 1024 * 1024 * 1024;

type Wanted = Pick<ISocketFactoryArgs, 'host' | 'port' | 'onConnect'> & { readonly ssl?: ConnectionOptions | null };

/**
 * A connection that emits each response of a broker as one `data` event; it is encrypted where `ssl` says how. A large response
 * is read into the memory where it stays, and not, as kafkajs would have it, into pieces of 64 KiB that are then put together: a third of the cost of reading.
 */
export function connectForResponses({ host, port, ssl, onConnect }: Wanted, memory = new ResponseMemory()): Socket {
  const responses = new ResponseReader(memory);
  const onread: OnReadOpts = {
    buffer: () => responses.room(),
    callback: (size) => {
      try {
        for (const response of responses.take(size)) socket.emit('data', response);
      } catch (failure) {
        socket.destroy(failure instanceof Error ? failure : new Error(String(failure)));
      }
      return true;
    },
  };
  const socket = isProtected(ssl) ? connectEncrypted({ host, port, onread }, ssl) : connect({ host, port, onread });
  socket.once(isProtected(ssl) ? 'secureConnect' : 'connect', onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}

/** kafkajs gives null where nothing is to be encrypted, whatever its types say. */
function isProtected(ssl: Wanted['ssl']): ssl is ConnectionOptions {
  return ssl !== undefined && ssl !== null;
}

function connectEncrypted(place: { host: string; port: number; onread: OnReadOpts }, ssl: ConnectionOptions): Socket {
  const named = isIP(place.host) === 0 ? { servername: place.host } : {};
  return connectTls({ ...named, ...ssl, ...place });
}

/** Puts a stream of responses, each behind its size, together again. */
export class ResponseReader {
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  /** The response being read, once its size is known and it did not come whole. */
  #response: Buffer | null = null;
  #filled = 0;
  readonly #memory: ResponseMemory;

  constructor(memory = new ResponseMemory()) {
    this.#memory = memory;
  }

  /** Where the next bytes are to be put. */
  room(): Buffer {
    return (this.#response ?? this.#scratch).subarray(this.#filled);
  }

  /** Takes `size` bytes that were put there; gives the responses that are whole now, sizes before them. @throws Error for an impossible size. */
  *take(size: number): Generator<Buffer> {
    this.#filled += size;
    if (this.#response !== null) {
      if (this.#filled < this.#response.length) return;
      yield this.#response;
      [this.#response, this.#filled] = [null, 0];
      return;
    }
    let at = 0;
    while (this.#filled - at >= SIZE_BYTES) {
      const end = at + SIZE_BYTES + sizeAt(this.#scratch, at);
      if (end > this.#filled) break;
      yield Buffer.from(this.#scratch.subarray(at, end));
      at = end;
    }
    this.#keep(at);
  }

  #keep(at: number): void {
    const rest = this.#scratch.subarray(at, this.#filled);
    this.#filled = rest.length;
    if (rest.length < SIZE_BYTES) {
      rest.copy(this.#scratch);
      return;
    }
    this.#response = this.#memory.take(SIZE_BYTES + sizeAt(rest, 0));
    rest.copy(this.#response);
  }
}

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readInt32BE(at);
  if (size >= 0 && size <= LARGEST_BYTES) return size;
  throw new Error(`a response of ${String(size)} bytes is not one of a Kafka broker`);
}
