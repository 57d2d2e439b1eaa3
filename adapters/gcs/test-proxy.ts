import { createServer, request as send, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request is about. */
export type RequestKind = 'upload' | 'download' | 'list' | 'look' | 'remove' | 'other';

/** A request as it came to the proxy. */
export interface Seen {
  readonly kind: RequestKind;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** What an upload says of its object; null for all other requests. */
  readonly metadata: unknown;
}

/** What happens to a request on its way. A number is the status the proxy answers with itself. */
export type Fault =
  | number
  /** The connection breaks and the server never hears of the request. */
  | 'cut before'
  /** The server has done what was asked, and the connection breaks. */
  | 'cut after'
  /** The connection breaks in the middle of the answer's body. */
  | 'cut within'
  /** One byte of the request's content is another. */
  | 'damaged request'
  /** One byte of the answer's content is another. */
  | 'damaged answer'
  /** Called when the server has done what was asked; the answer comes when it resolves. */
  | (() => Promise<unknown>);

/** A storage server behind a line that can break. */
export interface FaultProxy {
  readonly endpoint: string;
  /** All requests that came, in order. */
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Passes requests on to `upstream` (`http://host:port`); `faultOf` says what befalls each of them, null for nothing. */
export async function startFaultProxy(upstream: string, faultOf: (seen: Seen) => Fault | null): Promise<FaultProxy> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => request.socket.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const body = await bodyOf(request);
    const kind = kindOf(method, url);
    const one: Seen = { kind, method, url, headers, metadata: kind === 'upload' ? metadataOf(body) : null };
    seen.push(one);
    const fault = faultOf(one);
    if (typeof fault === 'number') {
      respond(response, refusal(fault));
      return;
    }
    if (fault === 'cut before') throw new Error('cut');
    const answer = await passOn(upstream, one, fault === 'damaged request' ? damaged(body, body.length - FROM_END) : body);
    if (fault === 'cut after') throw new Error('cut');
    if (typeof fault === 'function') await fault();
    if (fault === 'cut within') {
      response.writeHead(answer.status, answer.headers);
      response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => request.socket.destroy());
      return;
    }
    respond(response, fault === 'damaged answer' ? { ...answer, body: damaged(answer.body, answer.body.length / 2) } : answer);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function kindOf(method: string, url: string): RequestKind {
  const path = url.split('?', 1)[0] ?? '';
  if (path.startsWith('/upload/')) return 'upload';
  if (method === 'DELETE') return 'remove';
  if (method !== 'GET') return 'other';
  if (url.includes('alt=media')) return 'download';
  return path.endsWith('/o') ? 'list' : 'look';
}

/** The first part of a multipart upload. */
function metadataOf(body: Buffer): unknown {
  const from = body.indexOf('\r\n\r\n') + '\r\n\r\n'.length;
  const text = body.toString('utf8', from, body.indexOf('\r\n--', from));
  return JSON.parse(text);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function passOn(upstream: string, { method, url, headers }: Seen, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = send(upstream + url, { method, headers: { ...whole(headers), 'content-length': body.length } }, (answer) => {
      bodyOf(answer).then((content) => {
        resolve({ status: answer.statusCode ?? 0, headers: whole(answer.headers), body: content });
      }, reject);
    });
    passed.on('error', reject).end(body);
  });
}

/** Headers of a message whose body is sent in one piece. */
function whole(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'transfer-encoding'));
}

function respond(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

function refusal(status: number): Answer {
  const error = { code: status, message: `refused with ${String(status)}, on purpose`, errors: [{ reason: 'onPurpose' }] };
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ error })) };
}

/** A byte that belongs to the content of an upload: only the closing boundary comes after it. */
const FROM_END = 60;

function damaged(body: Buffer, near: number): Buffer {
  const copy = Buffer.from(body);
  const at = Math.max(0, Math.floor(near));
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
