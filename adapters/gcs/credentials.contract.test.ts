import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { testStorage } from '../contract/engines.ts';
import { newBucket } from './bench.ts';
import { createGcsStore } from './object-store.ts';
import { startFaultProxy, type Fault, type FaultProxy } from './test-proxy.ts';

jest.setTimeout(60_000);

const TOKEN = 'ya29.SECRET-access-token';

let folder = '';
let issuer: Server;
const proxies: FaultProxy[] = [];

/** What the issuer of tokens says next. */
let answer: { readonly status: number; readonly body: unknown };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soundflow-credentials-'));
  issuer = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  const body = { access_token: TOKEN, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer' };
  answer = { status: 200, body: { ...body, expires_in: 3600 } };
});

afterAll(async () => {
  issuer.closeAllConnections();
  issuer.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await rm(folder, { recursive: true, force: true });
});

/** A workload identity configuration whose token comes from a file and is exchanged with our issuer. */
async function workloadIdentity(): Promise<string> {
  const token = join(folder, 'token');
  await writeFile(token, 'SECRET-subject-token');
  const file = join(folder, 'identity.json');
  const { port } = issuer.address() as AddressInfo;
  const configuration = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/here',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `http://127.0.0.1:${String(port)}/v1/token`,
    credential_source: { file: token },
  };
  await writeFile(file, JSON.stringify(configuration));
  return file;
}

async function storeWith(keyFile: string, fault: Fault | null = null) {
  const proxy = await startFaultProxy(testStorage(), () => fault);
  proxies.push(proxy);
  return { proxy, store: createGcsStore({ ...(await newBucket(proxy.endpoint)), credentials: 'google', keyFile }) };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
}

describe('gcs credentials', () => {
  it('sends the token that a workload identity is exchanged for, with every kind of request', async () => {
    const { store, proxy } = await storeWith(await workloadIdentity());
    expect(await store.putIfAbsent('a', Buffer.from('x'))).toBe('written');
    expect(Buffer.from((await store.get('a')) ?? []).toString()).toBe('x');
    for await (const { path } of store.list('')) expect(path).toBe('a');
    await store.remove('a');
    expect(proxy.seen.map(({ kind, headers }) => [kind, headers.authorization])).toEqual(
      ['upload', 'download', 'list', 'remove'].map((kind) => [kind, `Bearer ${TOKEN}`]),
    );
  });

  it('keeps the token out of an error that was answered to it', async () => {
    const { store } = await storeWith(await workloadIdentity(), 403);
    const failure = await failureOf(store.putIfAbsent('a', Buffer.from('x')));
    expect(failure).toMatchObject({ code: 'BAD_SETTING', message: expect.stringContaining('storage.objects.create') });
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain('SECRET');
  });

  it.each<readonly [string, (file: string) => Promise<unknown>]>([
    ['is refused by the issuer', () => Promise.resolve((answer = { status: 400, body: { error: 'invalid_grant' } }))],
    ['is no JSON', (file) => writeFile(file, 'SECRET of somebody')],
    ['is not there', (file) => rm(file)],
  ])('says which setting to mend when the identity %s, without a word of it', async (_, spoil) => {
    const file = await workloadIdentity();
    await spoil(file);
    const { store, proxy } = await storeWith(file);
    const failures = [
      await failureOf(store.putIfAbsent('a', Buffer.from('x'))),
      await failureOf(store.get('a')),
      await failureOf(store.remove('a')),
    ];
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'BAD_SETTING',
        message: expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS'),
      });
      expect(inspect(failure, { depth: null, showHidden: true })).not.toContain('SECRET');
    }
    expect(proxy.seen).toEqual([]);
  });
});
