import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { messageOf, SoundFlowError } from '../../core/errors.ts';

/** PEM files by which broker and client know each other; null where the system's authorities, or no certificate of ours, will do. */
export interface TlsFiles {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** Who we are to the broker. A password is never a plain property: nothing that prints settings can print it. */
export interface Credentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: { readonly file: string } | { readonly reveal: () => string };
}

/** How connections to brokers are protected. */
export interface BrokerSecurity {
  readonly tls: TlsFiles | null;
  readonly sasl: Credentials | null;
}

/** What kafkajs takes for it; files are read now, so that what was rotated counts from the next connection on. @throws BAD_SETTING */
export function securityOf({ tls, sasl }: BrokerSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls === null ? {} : { ssl: certificatesOf(tls) }),
    ...(sasl === null ? {} : { sasl: loginOf(sasl) }),
  };
}

function certificatesOf({ ca, cert, key }: TlsFiles): ConnectionOptions {
  return {
    ...(ca === null ? {} : { ca: read('KAFKA_TLS_CA', ca) }),
    ...(cert === null ? {} : { cert: read('KAFKA_TLS_CERT', cert) }),
    ...(key === null ? {} : { key: read('KAFKA_TLS_KEY', key) }),
  };
}

function loginOf({ mechanism, username, password }: Credentials): SASLOptions {
  const revealed = 'file' in password ? read('KAFKA_PASSWORD_FILE', password.file).trim() : password.reveal();
  return { mechanism, username, password: revealed };
}

function read(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `${setting}=${file}: cannot be read: ${messageOf(cause)}. Give the path of a file that this process may read.`;
    throw new SoundFlowError('BAD_SETTING', message, { cause });
  }
}
