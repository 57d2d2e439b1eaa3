import { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';
import { brokers, duration, maybeText, port, setting, whole, type Environment } from './read.ts';

/** Settings of the broker. */
export const kafkaSettings = {
  SOUNDFLOW_KAFKA_PORT: setting(
    port,
    '9092',
    'Port of the local Kafka broker. KAFKA_BROKERS, where set, names brokers to use instead.',
  ),
  SOUNDFLOW_KAFKA_CONTROLLER_PORT: setting(port, '9093', "Port of the local broker's controller."),
  KAFKA_PARTITIONS: setting(whole(1, 2_000), '4', 'Partitions of a topic that is made.'),
  KAFKA_RETENTION: setting(duration, '7 days', 'How long the broker keeps events.'),
  KAFKA_TLS: setting(z.enum(['off', 'on']), 'off', 'Whether connections to brokers are encrypted: off or on.'),
  KAFKA_TLS_CA: setting(
    maybeText,
    '',
    'PEM file with the authority that signed the certificates of brokers; without one, those of Node.',
  ),
  KAFKA_TLS_CERT: setting(maybeText, '', 'PEM file with our certificate, where brokers ask for one.'),
  KAFKA_TLS_KEY: setting(maybeText, '', 'PEM file with the key of our certificate.'),
  KAFKA_SASL: setting(
    z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512']),
    'none',
    'How we log in to brokers: none, plain, scram-sha-256 or scram-sha-512.',
  ),
  KAFKA_USERNAME: setting(maybeText, '', 'Name to log in with.'),
  KAFKA_PASSWORD: setting(maybeText, '', 'Password to log in with; a file shows it to fewer eyes.'),
  KAFKA_PASSWORD_FILE: setting(maybeText, '', 'File that holds the password and nothing else.'),
};

type KafkaValues = { readonly [Name in keyof typeof kafkaSettings]: z.output<(typeof kafkaSettings)[Name]> };

/** The broker's part of the configuration. @throws SoundFlowError BAD_SETTING, which never shows a password */
export function kafkaOf(env: Environment, values: KafkaValues) {
  const given = env.KAFKA_BROKERS;
  const parsed = brokers.safeParse(given ?? `127.0.0.1:${String(values.SOUNDFLOW_KAFKA_PORT)}`);
  if (!parsed.success) {
    const why = parsed.error.issues[0]?.message ?? 'it cannot be read';
    throw wrong(`KAFKA_BROKERS=${JSON.stringify(given)}: ${why}. Example: KAFKA_BROKERS=127.0.0.1:9092`);
  }
  return {
    external: given !== undefined,
    brokers: parsed.data,
    security: { tls: tlsOf(values), sasl: saslOf(values) },
    port: values.SOUNDFLOW_KAFKA_PORT,
    controllerPort: values.SOUNDFLOW_KAFKA_CONTROLLER_PORT,
    partitions: values.KAFKA_PARTITIONS,
    retentionMs: values.KAFKA_RETENTION,
  };
}

function tlsOf({ KAFKA_TLS, KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key }: KafkaValues) {
  const files = { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key };
  if (KAFKA_TLS === 'off') {
    refuseSet(files, 'KAFKA_TLS=off uses none. Set KAFKA_TLS=on, or remove it');
    return null;
  }
  if ((cert === null) !== (key === null)) {
    const missing = cert === null ? 'KAFKA_TLS_CERT' : 'KAFKA_TLS_KEY';
    throw wrong(
      `${missing}: not set. A certificate and its key go together: set both KAFKA_TLS_CERT and KAFKA_TLS_KEY, or neither.`,
    );
  }
  return { ca, cert, key };
}

function saslOf({ KAFKA_SASL, KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_PASSWORD_FILE: file }: KafkaValues) {
  if (KAFKA_SASL === 'none') {
    const login = { KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_PASSWORD_FILE: file };
    refuseSet(login, 'KAFKA_SASL=none uses none. Set KAFKA_SASL, for example to scram-sha-256, or remove it');
    return null;
  }
  if (username === null) throw wrong(`KAFKA_USERNAME: not set, and KAFKA_SASL=${KAFKA_SASL} needs it.`);
  if (password !== null && file !== null) throw wrong('KAFKA_PASSWORD and KAFKA_PASSWORD_FILE: both set. Set one of them.');
  return { mechanism: KAFKA_SASL, username, password: passwordOf(password, file) };
}

function passwordOf(password: string | null, file: string | null) {
  if (file !== null) return { file };
  if (password === null) throw wrong('KAFKA_PASSWORD_FILE: not set, nor KAFKA_PASSWORD, and KAFKA_SASL needs one of them.');
  return { reveal: () => password };
}

/** A setting that is given and without effect is a mistake of whoever gave it. */
function refuseSet(settings: Readonly<Record<string, string | null>>, why: string): void {
  const name = Object.keys(settings).find((one) => settings[one] !== null);
  if (name !== undefined) throw wrong(`${name}: set, but ${why}.`);
}

function wrong(message: string): SoundFlowError {
  return new SoundFlowError(
    'BAD_SETTING',
    `${message}\nSet it in the environment or in the file .env; .env.example lists all settings.`,
  );
}
