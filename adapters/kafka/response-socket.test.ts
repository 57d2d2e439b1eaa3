import { createServer, type AddressInfo, type Server } from 'node:net';
import fc from 'fast-check';
import { connectForResponses, ResponseReader } from './response-socket.ts';

function framed(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

/** Puts `bytes` into a reader in pieces of the given sizes, or smaller where it has less room. */
function readInPieces(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const reader = new ResponseReader();
  const responses: Buffer[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece += 1) {
    const room = reader.room();
    const size = Math.min(room.length, bytes.length - at, sizes[piece % sizes.length] ?? 1);
    bytes.copy(room, 0, at, at + size);
    responses.push(...reader.take(size));
    at += size;
  }
  return responses;
}

describe('ResponseReader', () => {
  it('gives each response whole, however its bytes arrive', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.integer({ min: 0, max: 200_000 }).map((size) => new Uint8Array(size).fill(size)),
    );
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 6 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100_000 })), { minLength: 1, maxLength: 5 }),
        (bodies, sizes) => {
          const frames = bodies.map(framed);
          fc.pre(Math.max(...sizes) > 100 || frames.every(({ length }) => length < 1_000));
          const responses = readInPieces(Buffer.concat(frames), sizes);
          expect(responses.length).toBe(frames.length);
          for (const [index, frame] of frames.entries()) expect(responses[index]?.equals(frame)).toBe(true);
        },
      ),
    );
  });

  it('refuses a size that no broker sends', () => {
    expect(() => readInPieces(Buffer.from('HTTP/1.1 400 Bad Request'), [100])).toThrow(/response of 1213486160 bytes/);
    expect(() => readInPieces(Buffer.from([255, 255, 255, 255]), [100])).toThrow(/response of -1 bytes/);
  });
});

describe('connectForResponses', () => {
  async function listening(answer: Uint8Array): Promise<{ readonly server: Server; readonly port: number }> {
    const server = createServer((socket) => socket.on('error', () => undefined).end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port };
  }

  it('emits responses one by one, then the end', async () => {
    const frames = [10, 0, 300_000, 5].map((size) => framed(new Uint8Array(size).fill(7)));
    const { server, port } = await listening(Buffer.concat(frames));
    const seen: Buffer[] = [];
    await new Promise<void>((resolve) => {
      const socket = connectForResponses({ host: '127.0.0.1', port, onConnect: () => undefined });
      socket.on('data', (data: Buffer) => seen.push(data));
      socket.on('end', resolve);
    });
    expect(seen.map(({ length }) => length)).toEqual(frames.map(({ length }) => length));
    await new Promise((resolve) => server.close(resolve));
  });

  it('ends the connection to what is no broker', async () => {
    const { server, port } = await listening(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const failure = await new Promise<Error>((resolve) => {
      connectForResponses({ host: '127.0.0.1', port, onConnect: () => undefined }).on('error', resolve);
    });
    expect(failure.message).toMatch(/not one of a Kafka broker/);
    await new Promise((resolve) => server.close(resolve));
  });
});
