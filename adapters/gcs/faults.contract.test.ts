import { once } from 'node:events';
import { inspect } from 'node:util';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { newBucket } from './bench.ts';
import { checksumOf } from './checksum.ts';
import { createGcsStore, type GcsSettings } from './object-store.ts';
import { startFaultProxy, type Fault, type FaultProxy, type RequestKind, type Seen } from './test-proxy.ts';
import { problemsOf, readDiscovery, type ServiceRequest } from '../contract/discovery.ts';
import { testStorage } from '../contract/engines.ts';

jest.setTimeout(60_000);

const proxies: FaultProxy[] = [];

afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

const content = Buffer.from('what a batch holds; '.repeat(5_000));

interface Line {
  /** Reaches the bucket through the proxy. */
  readonly store: ObjectStore;
  /** Reaches it directly. */
  readonly direct: ObjectStore;
  readonly proxy: FaultProxy;
  readonly sent: (kind: RequestKind) => number;
}

/** A store whose requests meet `faultOf`. */
async function lineWith(faultOf: (seen: Seen) => Fault | null, more: Partial<GcsSettings> = {}): Promise<Line> {
  const proxy = await startFaultProxy(testStorage(), faultOf);
  proxies.push(proxy);
  const settings = await newBucket();
  return {
    store: createGcsStore({ ...settings, endpoint: proxy.endpoint, ...more }),
    direct: createGcsStore(settings),
    proxy,
    sent: (kind) => proxy.seen.filter((one) => one.kind === kind).length,
  };
}

/** The faults, one after the other, for the requests of a kind; none when they are used up. */
function each(kind: RequestKind, faults: readonly Fault[]): (seen: Seen) => Fault | null {
  const left = [...faults];
  return (seen) => (seen.kind === kind ? (left.shift() ?? null) : null);
}

/** Resolves when the signal aborts. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function all(store: ObjectStore): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { path } of store.list('')) paths.push(path);
  return paths;
}

describe('gcs put over a line that breaks', () => {
  it.each<readonly [string, readonly Fault[], number]>([
    ['429, then 503, then nothing', [429, 503], 3],
    ['408, 500, 502 and 504', [408, 500, 502, 504], 5],
    ['cuts before the request arrives', ['cut before', 'cut before'], 3],
    ['an answer that is lost', ['cut after'], 2],
    ['lost answers, again and again', ['cut after', 'cut after', 503, 'cut after'], 5],
    ['content that changed on its way', ['damaged request', 'damaged request'], 3],
  ])('writes once through %s', async (_, faults, uploads) => {
    const { store, direct, sent } = await lineWith(each('upload', faults));
    expect(await store.putIfAbsent('a/b', content)).toBe('written');
    expect(sent('upload')).toBe(uploads);
    expect(content.equals((await direct.get('a/b')) ?? Buffer.alloc(0))).toBe(true);
    expect(await store.putIfAbsent('a/b', content)).toBe('exists');
  });

  it('takes a refusal for what is there already where something is, and for a refusal where nothing is', async () => {
    const { store, direct } = await lineWith(each('upload', ['cut after', 403, 403, 403]));
    expect(await store.putIfAbsent('a', content)).toBe('written');
    await direct.putIfAbsent('b', Buffer.from('of another'));
    expect(await store.putIfAbsent('b', content)).toBe('exists');
    await expect(store.putIfAbsent('c', content)).rejects.toMatchObject({ code: 'BAD_SETTING' });
    expect(await all(direct)).toEqual(['a', 'b']);
  });

  it('writes once through answers that break off, which the library would wait for without end', async () => {
    const { store, direct } = await lineWith(each('upload', ['cut within', 'cut within']), { answerMs: 500 });
    expect(await store.putIfAbsent('a', content)).toBe('written');
    expect(await all(direct)).toEqual(['a']);
  });

  it('says exists when another put the same content while our answers were lost', async () => {
    const { store, direct } = await lineWith(each('upload', ['cut before', 'cut before']));
    const [ours, theirs] = await Promise.all([store.putIfAbsent('a', content), direct.putIfAbsent('a', content)]);
    expect([ours, theirs].sort()).toEqual(['exists', 'written']);
  });

  it('goes on when the request that asks whose object it is breaks too', async () => {
    const faults = each('upload', ['cut after']);
    const looks = each('look', [503, 'cut before']);
    const { store, sent } = await lineWith((seen) => faults(seen) ?? looks(seen));
    expect(await store.putIfAbsent('a', content)).toBe('written');
    expect(sent('look')).toBe(3);
  });

  it('writes again when what was there is removed while it asks whose that is', async () => {
    const { store, direct } = await lineWith(each('look', [404]));
    await direct.putIfAbsent('a', Buffer.from('theirs'));
    const put = await store.putIfAbsent('a', content);
    expect(put).toBe('exists');
  });

  it('lets exactly one of many writers win, whole, over lines that break in every way', async () => {
    const ways: readonly Fault[] = ['cut after', 503, 'cut before', 'damaged request', 'cut after', 429];
    const faults = Array.from({ length: 60 }, (_, index) => ways[index % ways.length] ?? 503);
    let requests = 0;
    const patience = { firstDelayMs: 2, longestDelayMs: 20, totalMs: 30_000 };
    const { store, direct } = await lineWith(() => ((requests += 1) % 3 === 0 ? null : (faults.pop() ?? null)), { patience });
    const texts = Array.from({ length: 24 }, (_, index) => `writer ${String(index % 8)} `.repeat(2_000));
    const outcomes = await Promise.all(texts.map((text) => store.putIfAbsent('race/0.json', Buffer.from(text))));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(await all(direct)).toEqual(['race/0.json']);
    const held = Buffer.from((await direct.get('race/0.json')) ?? []).toString();
    expect(held).toBe(texts[outcomes.indexOf('written')]);
  });

  it('gives up after a while, and the same call succeeds when the line is whole again', async () => {
    let broken = true;
    const patience = { firstDelayMs: 1, longestDelayMs: 5, totalMs: 500 };
    const { store, direct, sent } = await lineWith(({ kind }) => (broken && kind === 'upload' ? 'cut after' : null), {
      patience,
    });
    await expect(store.putIfAbsent('a', content)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/^storage: cannot write gs:\/\/test-.*\/a: .*Check the network and GCS_ENDPOINT/),
    });
    expect(sent('upload')).toBeGreaterThan(1);
    broken = false;
    expect(await store.putIfAbsent('a', content)).toBe('exists');
    expect(await all(direct)).toEqual(['a']);
  });

  it('does not wait for an answer for ever, and finds what it made meanwhile', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { store, sent } = await lineWith(each('upload', [() => held]), { answerMs: 100 });
    expect(await store.putIfAbsent('a', content)).toBe('written');
    expect(sent('upload')).toBe(2);
    answer();
  });
});

describe('gcs get, list and remove over a line that breaks', () => {
  it.each<readonly [string, readonly Fault[]]>([
    ['429 and 503', [429, 503]],
    ['cut connections', ['cut before', 'cut after']],
    ['bytes that changed on their way', ['damaged answer', 'damaged answer']],
  ])('reads whole through %s', async (_, faults) => {
    const { store, direct, sent } = await lineWith(each('download', faults));
    await direct.putIfAbsent('a', content);
    expect(content.equals((await store.get('a')) ?? Buffer.alloc(0))).toBe(true);
    expect(sent('download')).toBe(faults.length + 1);
  });

  it('reads whole through bodies that break off, which the library would wait for without end', async () => {
    const { store, direct } = await lineWith(each('download', ['cut within', 'cut within']), { answerMs: 500 });
    await direct.putIfAbsent('a', content);
    expect(content.equals((await store.get('a')) ?? Buffer.alloc(0))).toBe(true);
  });

  it('reads many objects at once while some of the connections break', async () => {
    const patience = { firstDelayMs: 2, longestDelayMs: 20, totalMs: 30_000 };
    const faults = each('download', ['cut within', 'cut before', 'cut within', 'cut after', 'cut within']);
    const { store, direct } = await lineWith(faults, { answerMs: 500, patience });
    const paths = Array.from({ length: 20 }, (_, index) => `many/${String(index)}`);
    for (const path of paths) await direct.putIfAbsent(path, Buffer.from(path.repeat(10_000)));
    const read = await Promise.all(paths.map((path) => store.get(path)));
    expect(read.map((found) => checksumOf(found ?? Buffer.alloc(0)))).toEqual(
      paths.map((path) => checksumOf(Buffer.from(path.repeat(10_000)))),
    );
  });

  it('breaks no other connection when a body breaks off', async () => {
    const [held, arrived] = [new AbortController(), new AbortController()];
    const faults: Readonly<Partial<Record<RequestKind, Fault>>> = {
      download: 'cut within',
      upload: () => {
        arrived.abort();
        return aborted(held.signal);
      },
    };
    const { store, proxy, sent } = await lineWith(({ kind }) => faults[kind] ?? null);
    const put = store.putIfAbsent('a', content);
    await aborted(arrived.signal);
    const patience = { firstDelayMs: 1, longestDelayMs: 1, totalMs: 0 };
    const settings = { ...(await newBucket()), endpoint: proxy.endpoint, answerMs: 100, patience };
    await createGcsStore({ ...settings, endpoint: testStorage() }).putIfAbsent('there', content);
    await expect(createGcsStore(settings).get('there')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    held.abort();
    expect(await put).toBe('written');
    expect(sent('upload')).toBe(1);
  });

  it('never gives what is damaged', async () => {
    const patience = { firstDelayMs: 1, longestDelayMs: 2, totalMs: 20 };
    const { store, direct } = await lineWith(({ kind }) => (kind === 'download' ? 'damaged answer' : null), { patience });
    await direct.putIfAbsent('a', content);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining('CRC32C') });
  });

  it('ends a body that stops coming', async () => {
    const { store, direct } = await lineWith(each('download', [() => new Promise(() => undefined)]), { answerMs: 100 });
    await direct.putIfAbsent('a', content);
    expect((await store.get('a'))?.length).toBe(content.length);
  });

  it('lists every object once, page after page, through failures', async () => {
    const { store, direct, sent } = await lineWith(each('list', [503, 'cut before', 429, 'cut after']));
    const paths = Array.from({ length: 10 }, (_, index) => `page/${String(index)}`);
    for (const path of paths) await direct.putIfAbsent(path, Buffer.from('x'));
    expect(await all(store)).toEqual(paths);
    expect(sent('list')).toBe(4 + 4);
  });

  it('removes through a lost answer', async () => {
    const { store, direct } = await lineWith(each('remove', ['cut after', 503]));
    await direct.putIfAbsent('a', content);
    await store.remove('a');
    expect(await all(direct)).toEqual([]);
  });
});

describe('gcs failures that somebody has to mend', () => {
  it.each<readonly [number, 'put' | 'get' | 'list' | 'remove', RegExp]>([
    [403, 'put', /Grant its service account storage\.objects\.create on test-/],
    [403, 'get', /storage\.objects\.get/],
    [403, 'list', /storage\.objects\.list/],
    [403, 'remove', /storage\.objects\.delete/],
    [401, 'put', /GOOGLE_APPLICATION_CREDENTIALS/],
    [404, 'put', /Make the bucket test-.*GCS_BUCKET/],
    [404, 'list', /Make the bucket test-/],
    [404, 'get', /Make the bucket test-/],
  ])('says at once what to do on %i when it would %s', async (status, verb, advice) => {
    const { store, proxy } = await lineWith(() => status);
    const calls = {
      put: () => store.putIfAbsent('a', content),
      get: () => store.get('a'),
      list: () => all(store),
      remove: () => store.remove('a'),
    };
    const failure: unknown = await calls[verb]().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toMatchObject({ code: 'BAD_SETTING', retryable: false, message: expect.stringMatching(advice) });
    const looks = (status === 404 && verb === 'get') || (status === 403 && verb === 'put');
    expect(proxy.seen.length).toBe(looks ? 2 : 1);
    expect(inspect(failure, { depth: null, showHidden: true })).not.toMatch(/authorization|x-goog-api-client/i);
  });

  it('knows a missing object from a missing bucket', async () => {
    const { store } = await lineWith(() => null);
    expect(await store.get('not/there')).toBeNull();
  });
});

describe('gcs requests', () => {
  const discovery = readDiscovery('storage.v1');
  const asSent = ({ method, url, metadata }: Pick<Seen, 'method' | 'url' | 'metadata'>): ServiceRequest => {
    const { pathname, searchParams } = new URL(url, testStorage());
    return {
      method,
      path: pathname.replace(/^(\/upload)?\/storage\/v1\//, ''),
      query: Object.fromEntries(searchParams),
      body: metadata,
    };
  };

  it('are those that Cloud Storage describes, field by field, each one of this suite', () => {
    const requests = proxies.flatMap(({ seen }) => seen);
    expect(new Set(requests.map(({ kind }) => kind))).toEqual(new Set(['upload', 'download', 'list', 'look', 'remove']));
    expect([...new Set(requests.flatMap((seen) => problemsOf(discovery, asSent(seen))))]).toEqual([]);
  });

  it.each([
    ['an unknown parameter', { url: '/upload/storage/v1/b/x/o?ifGeneration=0' }, 'ifGeneration: unknown parameter'],
    ['a text for a number', { url: '/upload/storage/v1/b/x/o?ifGenerationMatch=none' }, '"none" is no int64'],
    ['a misspelt field', { metadata: { crc32: 'AAAAAA==' } }, 'crc32: unknown field'],
    ['an unknown method', { url: '/storage/v1/b/x/p' }, 'there is no such method'],
  ])('with %s are told', (_, change, problem) => {
    const request = { method: 'POST', url: '/upload/storage/v1/b/x/o?uploadType=multipart', metadata: {}, ...change };
    expect(problemsOf(discovery, asSent(request))).toEqual([expect.stringContaining(problem)]);
  });
});
