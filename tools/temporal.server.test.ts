import { readdirSync } from 'node:fs';

import { startInline, withFolder } from './fixtures/inline.ts';

const SERVE = `
  import { temporalCommand, prepareNamespace } from './temporal.mjs';
  import { run } from './child.mjs';
  import { ensureParts } from './parts.mjs';
  import { freePort } from './ports.mjs';
  import { createLog } from './progress.mjs';
  import { homeFolder } from './home.mjs';
  import { spawn } from 'node:child_process';
  const [dir, ...names] = process.argv.slice(1);
  const env = { PATH: process.env.PATH, TEMPORAL_ADDRESS: 'elsewhere.example:7233', TEMPORAL_TLS: 'true' };
  const toolsDir = homeFolder(process.cwd(), process.env) + '/tools';
  const { temporal: { binary, serverVersion } } = await ensureParts(['temporal'], { toolsDir, log: createLog(), env: process.env });
  const [port, uiPort] = [await freePort(), await freePort()];
  const searchAttributes = names.map((name) => ({ name: name.split(':')[0], type: name.split(':')[1] }));
  const { command, args, env: serverEnv } = temporalCommand({ binary, dir, serverVersion, port, uiPort, searchAttributes: searchAttributes.slice(0, 1), env });
  const server = spawn(command, args, { env: serverEnv, stdio: 'ignore' });
  process.on('exit', () => server.kill('SIGKILL'));
  const address = '127.0.0.1:' + port;
  const failure = await prepareNamespace({ binary, address, env, retention: '720h', searchAttributes }).then(() => null, (error) => error.message);
  const ask = async (...words) => (await run(binary, ['operator', ...words, '--address', address, '--output', 'json', '--disable-config-file'], { env: {} })).output;
  const described = await ask('namespace', 'describe', 'default');
  const { customAttributes } = JSON.parse(await ask('search-attribute', 'list'));
  const ui = (await fetch('http://127.0.0.1:' + uiPort)).status;
  console.log(JSON.stringify({ failure, days: /"workflowExecutionRetentionTtl": "(.*)"/.exec(described)?.[1], customAttributes, ui }));
  server.once('exit', () => process.exit());
  server.kill('SIGTERM');
`;

async function serve(dir: string, attributes: readonly string[], env: Readonly<Record<string, string>>): Promise<unknown> {
  const script = startInline(SERVE, [dir, ...attributes], env);
  const outcome: unknown = JSON.parse(await script.nextLine());
  await script.ended;
  return outcome;
}

test(
  'a server keeps its namespace over a restart, takes new attributes, and refuses one of another type',
  () =>
    withFolder(async (dir) => {
      const env = { PATH: process.env.PATH ?? '' };
      const [asset, topic] = [{ Asset: 'INDEXED_VALUE_TYPE_KEYWORD_LIST' }, { Topic: 'INDEXED_VALUE_TYPE_KEYWORD' }];
      const first = await serve(dir, ['Asset:KeywordList'], env);
      expect(first).toEqual({ failure: null, days: '2592000s', customAttributes: asset, ui: 200 });
      const second = await serve(dir, ['Asset:KeywordList', 'Topic:Keyword'], env);
      expect(second).toMatchObject({ failure: null, customAttributes: { ...asset, ...topic } });
      expect(await serve(dir, ['Asset:KeywordList', 'Topic:Text'], env)).toMatchObject({
        failure: expect.stringContaining('Topic'),
      });
      expect(readdirSync(dir).filter((name) => name.endsWith('.db'))).toEqual([
        expect.stringMatching(/^temporal-1\.\d+\.\d+\.db$/),
      ]);
    }),
  60_000,
);
