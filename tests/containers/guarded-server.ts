import { readFileSync } from 'node:fs';
import {
  connect,
  createSecureServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { join } from 'node:path';
import { z } from 'zod';

/** A way to a Temporal server that is guarded as Temporal Cloud's is. */
export interface GuardedServer {
  /** host:port, where TLS is spoken. */
  readonly address: string;
  close(): Promise<void>;
}

const UNAUTHENTICATED = '16';

/** Opens it before the server at `upstream`: TLS with the test authority's certificates, which a client needs one of too, and an API key. */
export async function guardServer(upstream: string, certificates: string, apiKey: string): Promise<GuardedServer> {
  const file = (name: string) => readFileSync(join(certificates, name));
  const behind = connect(`http://${upstream}`);
  const server = createSecureServer({
    key: file('server-key.pem'),
    cert: file('server.pem'),
    ca: file('ca.pem'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const sessions = new Set<{ destroy: () => void }>([behind]);
  server.on('session', (session) => sessions.add(session));
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers.authorization === `Bearer ${apiKey}`) pass(stream, headers, behind);
    else
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': UNAUTHENTICATED, 'grpc-message': 'no such key' },
        { endStream: true },
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    address: `127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        sessions.forEach((session) => {
          session.destroy();
        });
      }),
  };
}

function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, behind: ClientHttp2Session): void {
  const request = behind.request({ ...headers, authorization: undefined });
  let last: IncomingHttpHeaders = {};
  request.on('error', () => {
    stream.destroy();
  });
  stream.on('aborted', () => {
    request.close();
  });
  request.on('response', (answered, flags) => {
    const ends = (flags & 1) === 1;
    stream.respond(answered, { endStream: ends, waitForTrailers: !ends });
    if (!ends) request.pipe(stream);
  });
  request.on('trailers', (trailers) => {
    last = trailers;
  });
  stream.on('wantTrailers', () => {
    stream.sendTrailers(last);
  });
  stream.pipe(request);
}
