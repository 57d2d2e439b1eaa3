import { createServer } from 'node:net';

import { runInline } from './fixtures/inline.ts';

const REQUIRE = `
  import { freePort, requirePorts } from './ports.mjs';
  const taken = Number(process.argv[1]);
  const free = await freePort();
  const wanted = [
    { port: free, setting: 'TEMPORAL_PORT', what: 'the Temporal server' },
    { port: taken, setting: 'KAFKA_PORT', what: 'the broker' },
  ];
  const failure = await requirePorts(wanted, { withinMs: 0 }).then(() => null, (error) => ({ name: error.name, message: error.message }));
  console.log(JSON.stringify({ failure, free: await requirePorts(wanted.slice(0, 1)).then(() => true) }));
`;

test.each(['127.0.0.1', '0.0.0.0', '::'])('a port taken on %s is named with its setting; a free one passes', async (host) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const message = expect.stringMatching(
    new RegExp(`^port ${port}, wanted for the broker, is taken .* set KAFKA_PORT to a free port`),
  );
  expect(await runInline(REQUIRE, [String(port)])).toEqual({ failure: { name: 'SetupError', message }, free: true });
  server.close();
});

test('waiting for a port that stays closed ends with its number', async () => {
  const outcome = await runInline(`
    import { freePort, waitForPort } from './ports.mjs';
    const port = await freePort();
    const message = await waitForPort(port, { timeoutMs: 100 }).then(() => null, (error) => error.message);
    console.log(JSON.stringify(message.replace(String(port), 'N')));
  `);
  expect(outcome).toBe('nothing answers on port N after 0.1 s');
});

test('a port that is given back in a moment is waited for', async () => {
  const outcome = await runInline(`
    import { once } from 'node:events';
    import { createServer } from 'node:net';
    import { requirePorts } from './ports.mjs';
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const wanted = [{ port: server.address().port, setting: 'KAFKA_PORT', what: 'the broker' }];
    const waited = requirePorts(wanted);
    setImmediate(() => server.close());
    console.log(JSON.stringify(await waited.then(() => 'free')));
  `);
  expect(outcome).toBe('free');
});
