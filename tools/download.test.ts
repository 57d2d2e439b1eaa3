import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { runInline, withFolder } from './fixtures/inline.ts';

const DOWNLOAD = `
  import { download } from './download.mjs';
  const [url, file, stallMs] = process.argv.slice(1);
  const since = Date.now();
  const error = await download(url, file, { stallMs: Number(stallMs) }).then(() => null, (thrown) => thrown.message);
  console.log(JSON.stringify({ error, ms: Date.now() - since }));
  process.exit();
`;

async function withServer<T>(listener: RequestListener, body: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await body(`http://127.0.0.1:${isAddress(address) ? address.port : 0}/part`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function downloadFrom(listener: RequestListener, stallMs = 2000) {
  return withServer(listener, (url) =>
    withFolder(async (folder) => {
      const file = join(folder, 'part');
      const outcome = await runInline(DOWNLOAD, [url, file, String(stallMs)]);
      return { outcome, text: existsSync(file) ? readFileSync(file, 'utf8') : null, partial: existsSync(`${file}.partial`) };
    }),
  );
}

const failedWith = (reason: RegExp) => ({
  outcome: expect.objectContaining({ error: expect.stringMatching(reason) }),
  text: null,
  partial: false,
});

test('a whole answer, behind a redirect, becomes the file', async () => {
  const result = await downloadFrom((request, response) => {
    if (request.url === '/part') response.writeHead(302, { location: '/elsewhere' }).end();
    else response.end('all of it');
  });
  expect(result).toMatchObject({ outcome: { error: null }, text: 'all of it', partial: false });
});

test('a server that never answers is given up after the stall time', async () => {
  const result = await downloadFrom(() => undefined, 200);
  expect(result).toEqual(failedWith(/no byte for 0\.2 s/));
});

test('a server that stops in the middle is given up after the stall time', async () => {
  const result = await downloadFrom(
    (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('some'),
    200,
  );
  expect(result).toEqual(failedWith(/no byte for 0\.2 s/));
});

test('a slow server that keeps sending is not given up', async () => {
  const result = await downloadFrom((_, response) => {
    let sent = 0;
    const timer = setInterval(() => {
      response.write('.');
      if (++sent === 10) {
        clearInterval(timer);
        response.end();
      }
    }, 100);
  }, 600);
  expect(result).toMatchObject({ outcome: { error: null }, text: '..........' });
});

test('an answer that is cut short leaves no file', async () => {
  const result = await downloadFrom((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('some', () => response.destroy());
  });
  expect(result).toEqual(failedWith(/terminated|cut short|aborted/));
});

test('a refusal names its status', async () => {
  expect(await downloadFrom((_, response) => void response.writeHead(403).end('no'))).toEqual(failedWith(/answered 403/));
});

test('a closed port fails at once and says why', async () => {
  const outcome = await withServer(
    () => undefined,
    (url) => Promise.resolve(url),
  ).then((url) => runInline(DOWNLOAD, [url, '/dev/null', '5000']));
  expect(outcome).toMatchObject({ error: expect.stringMatching(/ECONNREFUSED/), ms: expect.any(Number) });
  expect(outcome).toHaveProperty('ms');
});
