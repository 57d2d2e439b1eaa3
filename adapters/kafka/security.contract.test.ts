import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { SoundFlowError } from '../../core/errors.ts';
import { recordsOf } from '../../core/records.ts';
import { securedBroker } from '../contract/engines.ts';
import { someEvents } from '../contract/event-sink.ts';
import { createKafkaEventLog } from './event-log.ts';
import { createKafkaEventSink } from './event-sink.ts';
import type { BrokerSecurity, Credentials } from './security.ts';
import { ensureTopics } from './topics.ts';

const { certificates, mtls, login, username, password, plaintext } = securedBroker();
const file = (name: string): string => join(certificates, name);
const trusting = { ca: file('ca.pem'), cert: null, key: null };
const known = { ...trusting, cert: file('client.pem'), key: file('client-key.pem') };

function as(mechanism: Credentials['mechanism'], secret = password): Credentials {
  return { mechanism, username, password: { reveal: () => secret } };
}

/** Makes a topic, sends to it, asks where the sender was, and reads all of it back, as the pipeline does. */
async function roundTrip(broker: string, security: BrokerSecurity): Promise<readonly string[]> {
  const topics = [`secured-${randomUUID()}`, `secured-${randomUUID()}`] as const;
  const settings = { brokers: [broker], clientId: 'soundflow-test', security };
  await ensureTopics({ ...settings, topics: topics.map((name) => ({ name, partitions: 1 })), retentionMs: 3_600_000 });
  const sink = await createKafkaEventSink({ ...settings, topics });
  const log = createKafkaEventLog(settings);
  try {
    const padded = someEvents(topics, { count: 300 }).map((event) => ({ ...event, value: `${event.value}${' '.repeat(2_000)}` }));
    await sink.send(padded, 'secured');
    expect(await sink.positions(topics)).toHaveLength(2);
    const [topic] = topics;
    const [held] = await log.offsets(topic);
    const values: string[] = [];
    for await (const chunk of log.read(topic, { partition: 0, from: 0, to: held?.end ?? 0 }))
      values.push(...[...recordsOf(chunk)].map(({ value }) => Buffer.from(value ?? []).toString()));
    expect(values).toEqual(padded.filter((event) => event.topic === topic).map(({ value }) => value));
    return values;
  } finally {
    await sink.close();
    await log.close();
  }
}

/** What topics, the event log and the sink each throw. */
async function failures(broker: string, security: BrokerSecurity): Promise<readonly unknown[]> {
  const settings = { brokers: [broker], clientId: 'soundflow-test', security };
  const log = createKafkaEventLog(settings);
  const thrown = await Promise.all(
    [ensureTopics({ ...settings, topics: [{ name: 'plays', partitions: 1 }], retentionMs: 1 }), log.offsets('plays')].map(
      (work) =>
        work.then(
          () => null,
          (failure: unknown) => failure,
        ),
    ),
  );
  await log.close();
  return thrown;
}

describe('a broker that asks who we are', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'lets in a login by %s over TLS',
    async (mechanism) => {
      expect(await roundTrip(login, { tls: trusting, sasl: as(mechanism) })).toHaveLength(200);
    },
    60_000,
  );

  it('lets in a password from a file, and a client by its certificate', async () => {
    const fromFile = { ...as('scram-sha-512'), password: { file: file('password') } };
    expect(await roundTrip(login, { tls: trusting, sasl: fromFile })).toHaveLength(200);
    expect(await roundTrip(mtls, { tls: known, sasl: null })).toHaveLength(200);
  }, 60_000);

  const stranger = { cert: file('stranger.pem'), key: file('stranger-key.pem') };
  it.each<[string, RegExp, { readonly at: string } & BrokerSecurity]>([
    [
      'a wrong password (plain)',
      /^KAFKA_USERNAME, KAFKA_PASSWORD: /,
      { at: login, tls: trusting, sasl: as('plain', 'canary-wrong') },
    ],
    [
      'a wrong password (scram)',
      /^KAFKA_USERNAME, KAFKA_PASSWORD: /,
      { at: login, tls: trusting, sasl: as('scram-sha-512', 'canary-wrong') },
    ],
    ['a login where none is taken', /^KAFKA_SASL: /, { at: plaintext, tls: null, sasl: as('plain') }],
    ['an authority that is not trusted', /^KAFKA_TLS_CA: /, { at: login, tls: { ...trusting, ca: null }, sasl: as('plain') }],
    ['another authority', /^KAFKA_TLS_CA: /, { at: login, tls: { ...trusting, ca: file('stranger.pem') }, sasl: as('plain') }],
    ['no certificate of ours', /^KAFKA_TLS_CERT: /, { at: mtls, tls: trusting, sasl: null }],
    ["a stranger's certificate", /^KAFKA_TLS_CERT: /, { at: mtls, tls: { ...trusting, ...stranger }, sasl: null }],
    [
      "another certificate's key",
      /^KAFKA_TLS_CA, KAFKA_TLS_CERT, KAFKA_TLS_KEY: /,
      { at: mtls, tls: { ...known, key: file('server-key.pem') }, sasl: null },
    ],
    [
      'a file that is not there',
      /^KAFKA_TLS_CA=.*nowhere\.pem: cannot be read/,
      { at: mtls, tls: { ...known, ca: file('nowhere.pem') }, sasl: null },
    ],
  ])(
    'names the setting at fault for %s, and shows no secret',
    async (_, message, { at, ...security }) => {
      for (const failure of await failures(at, security)) {
        expect(failure).toBeInstanceOf(SoundFlowError);
        expect(failure).toMatchObject({ code: 'BAD_SETTING', message: expect.stringMatching(message) });
        expect(inspect(failure, { depth: 20, showHidden: true })).not.toMatch(/canary/);
      }
    },
    60_000,
  );

  it('wonders about TLS where there is none, and about none where there is', async () => {
    const thrown = await Promise.all([
      failures(plaintext, { tls: trusting, sasl: null }),
      failures(mtls, { tls: null, sasl: null }),
    ]);
    for (const failure of thrown.flat())
      expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('KAFKA_TLS') });
  }, 60_000);

  it('keeps a password out of whatever prints settings', () => {
    const settings = { tls: trusting, sasl: as('plain') };
    expect(JSON.stringify(settings) + inspect(settings, { depth: 20, showHidden: true })).not.toContain(password);
  });
});
