import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAYS = '2';

/**
 * Makes, in `folder`, an authority (`ca`), a server's and a client's certificate of its making, and a stranger that nobody
 * trusts: `<name>.pem` and `<name>-key.pem` each, and `server-both.pem` with key and certificate in one, as brokers take it.
 * @param {string} folder
 */
export function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ['ca', 'stranger']) {
    openssl(folder, [
      'req',
      '-x509',
      ...newKey(name),
      '-out',
      `${name}.pem`,
      '-days',
      DAYS,
      '-subj',
      `/CN=soundflow test ${name}`,
    ]);
  }
  writeFileSync(join(folder, 'server.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  writeFileSync(join(folder, 'client.ext'), 'extendedKeyUsage=clientAuth\n');
  for (const name of ['server', 'client']) {
    openssl(folder, ['req', ...newKey(name), '-out', `${name}.csr`, '-subj', `/CN=soundflow test ${name}`]);
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
    openssl(folder, [
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...authority,
      '-out',
      `${name}.pem`,
      '-days',
      DAYS,
      '-extfile',
      `${name}.ext`,
    ]);
  }
  const both = ['server-key.pem', 'server.pem', 'ca.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
  writeFileSync(join(folder, 'server-both.pem'), both.join(''));
}

/** @param {string} name */
function newKey(name) {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}-key.pem`];
}

/** @param {string} folder @param {readonly string[]} args */
function openssl(folder, args) {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}
