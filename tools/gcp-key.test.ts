import { spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withFolder } from './fixtures/inline.ts';

const KNOWN = { type: 'service_account', private_key_id: '0123', client_email: 'worker@music-test-1.iam.gserviceaccount.com' };

async function gcpKey(args: readonly string[], input: string) {
  const child = spawn(process.execPath, ['tools/gcp-key.mjs', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code]: unknown[] = await once(child, 'close');
  return { code, output };
}

const pem = (key: KeyObject) => key.export({ type: key.type === 'private' ? 'pkcs1' : 'spki', format: 'pem' }).toString();

test('the halves of a key become the file that clients want, for its owner alone', () =>
  withFolder(async (folder) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const [half, target] = [join(folder, 'private.pem'), join(folder, 'credentials', 'gcp-key.json')];
    writeFileSync(half, pem(privateKey));
    expect(await gcpKey([half, target], JSON.stringify(KNOWN))).toEqual({
      code: 0,
      output: expect.stringContaining(KNOWN.client_email),
    });
    const file = z
      .looseObject({ private_key: z.string().startsWith('-----BEGIN PRIVATE KEY-----') })
      .parse(JSON.parse(readFileSync(target, 'utf8')));
    expect(file).toMatchObject(KNOWN);
    expect(pem(createPublicKey(file.private_key))).toBe(pem(publicKey));
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'credentials'))).toEqual(['gcp-key.json']);
  }));

test.each<[string, string, string]>([
  ['nothing', '', 'no uploaded_key'],
  ['the output of another mode', 'null', 'no uploaded_key'],
  ['something else', '{"client_email":1}', 'no uploaded_key'],
])('%s from Terraform writes nothing and says what to run', (_, input, message) =>
  withFolder(async (folder) => {
    const target = join(folder, 'gcp-key.json');
    const { code, output } = await gcpKey([join(folder, 'private.pem'), target], input);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(message) });
    expect(output).toContain('terraform output -json uploaded_key');
    expect(existsSync(target)).toBe(false);
  }),
);

test('a file that holds no private key is named, and its content is not shown', () =>
  withFolder(async (folder) => {
    const [half, target] = [join(folder, 'private.pem'), join(folder, 'gcp-key.json')];
    writeFileSync(half, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');
    const { code, output } = await gcpKey([half, target], JSON.stringify(KNOWN));
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(`${half} holds no private key`) });
    expect(output).not.toContain('c2VjcmV0');
    expect(existsSync(target)).toBe(false);
  }));
