#!/usr/bin/env node
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { atTheEdge, messageOf, SetupError } from './setup-error.mjs';

const USAGE = 'terraform output -json uploaded_key | node ../tools/gcp-key.mjs ../credentials/gcp-private.pem';
const FILE = fileURLToPath(new URL('../credentials/gcp-key.json', import.meta.url));

/** Puts the private half of an uploaded key and what Google knows of it into one file, as its clients want it. */
await atTheEdge(() => {
  const [privateFile, target = FILE] = process.argv.slice(2);
  if (privateFile === undefined) throw new SetupError(`name the file with the private key: ${USAGE}`);
  const known = readKnown();
  const file = { ...known, private_key: readPrivateKey(privateFile) };
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const fresh = join(dirname(target), `.gcp-key.${process.pid}.new`);
  writeFileSync(fresh, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, target);
  process.stdout.write(`${target} is the key of ${known.client_email}; ${privateFile} is needed no more\n`);
  return Promise.resolve(0);
});

/** What Terraform printed. @returns {{ client_email: string }} */
function readKnown() {
  const text = readFileSync(0, 'utf8');
  try {
    /** @type {unknown} */
    const known = JSON.parse(text);
    if (isKnown(known)) return known;
  } catch {
    // Said below: what was printed is no JSON, such as nothing at all.
  }
  throw new SetupError(
    `what came is no uploaded_key of Terraform (is credential_mode "uploaded_key", and applied?). Run: ${USAGE}`,
  );
}

/** @param {unknown} known @returns {known is { client_email: string }} */
function isKnown(known) {
  return (
    typeof known === 'object' &&
    known !== null &&
    'client_email' in known &&
    typeof known.client_email === 'string' &&
    'private_key_id' in known
  );
}

/** @param {string} file @returns {string} PEM, in the form Google's clients read */
function readPrivateKey(file) {
  try {
    return createPrivateKey(readFileSync(file)).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch (error) {
    throw new SetupError(
      `${file} holds no private key without a password (${messageOf(error)}); terraform/README.md says how to make one.`,
    );
  }
}
