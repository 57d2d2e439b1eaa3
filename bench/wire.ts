import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SoundFlowError } from '../core/errors.ts';

/** One connection to a broker, speaking its protocol as plainly as can be: what is measured with it is the broker. */
export interface Wire {
  /** Sends a request and answers the body of its response. Requests may overlap. @throws UNAVAILABLE */
  call(api: { readonly key: number; readonly version: number }, body: Buffer): Promise<Buffer>;
  close(): void;
}

const CLIENT_ID = 'bench';

/** Connects to `address` (`host:port`). @throws UNAVAILABLE */
export async function openWire(address: string): Promise<Wire> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const waiting = new Map<number, { resolve: (body: Buffer) => void; reject: (failure: Error) => void }>();
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new SoundFlowError('UNAVAILABLE', `broker ${address}: it hung up.`));
  });
  socket.on('error', () => undefined);
  onFrames(socket, (frame) => {
    const id = frame.readInt32BE(0);
    waiting.get(id)?.resolve(frame.subarray(4));
    waiting.delete(id);
  });
  let last = 0;
  return {
    call: ({ key, version }, body) => {
      last += 1;
      const id = last;
      const header = Buffer.alloc(14 + CLIENT_ID.length);
      header.writeInt32BE(header.length - 4 + body.length, 0);
      header.writeInt16BE(key, 4);
      header.writeInt16BE(version, 6);
      header.writeInt32BE(id, 8);
      header.writeInt16BE(CLIENT_ID.length, 12);
      header.write(CLIENT_ID, 14);
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.write(header);
        socket.write(body);
      });
    },
    close: () => {
      socket.destroy();
    },
  };
}

/** Cuts what arrives into frames, which begin with their length. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  socket.on('data', (chunk: Buffer) => {
    parts.push(chunk);
    held += chunk.length;
    if (held < wanted) return;
    let rest = Buffer.concat(parts, held);
    for (wanted = lengthOf(rest); rest.length >= wanted; wanted = lengthOf(rest)) {
      take(rest.subarray(4, wanted));
      rest = rest.subarray(wanted);
    }
    parts = [rest];
    held = rest.length;
  });
}

/** How many bytes the first frame takes with its length, or that length alone while it is not whole. */
function lengthOf(bytes: Buffer): number {
  return bytes.length < 4 ? 4 : 4 + bytes.readInt32BE(0);
}
