import { inspect } from 'node:util';
import { readConfig } from './temporal.config.ts';
import { SoundFlowError } from './core/errors.ts';

const refusal = (env: Record<string, string>): string => {
  try {
    readConfig(env, '/srv/soundflow');
  } catch (failure) {
    if (failure instanceof SoundFlowError && failure.code === 'BAD_SETTING') return failure.message;
    throw failure;
  }
  return 'accepted';
};

describe('configuration', () => {
  it('needs nothing to be set', () => {
    const config = readConfig({}, '/srv/soundflow');
    expect(config.home).toBe('/srv/soundflow/.soundflow');
    expect(config.landing).toMatchObject({ tickMs: 120_000, caps: { segmentEvents: 125_000, batchSegments: 200 } });
    expect(config.encoder).toEqual({ kind: 'columnar', scratch: null });
    expect(config.temporal).toMatchObject({ external: false, connection: { address: '127.0.0.1:7233' }, namespace: 'default' });
    expect(config.kafka).toMatchObject({ external: false, brokers: ['127.0.0.1:9092'], retentionMs: 604_800_000 });
  });

  it.each([
    ['LANDING_TICK', 'soon', /^LANDING_TICK="soon": .*unit.*Example: LANDING_TICK=2 minutes/],
    ['SOUNDFLOW_KAFKA_PORT', '99999', /^SOUNDFLOW_KAFKA_PORT="99999": .*65535.*Example: SOUNDFLOW_KAFKA_PORT=9092/],
    ['SOUNDFLOW_PROFILE', 'moon', /^SOUNDFLOW_PROFILE="moon": .*Example: SOUNDFLOW_PROFILE=local/],
    ['KAFKA_BROKERS', 'localhost', /^KAFKA_BROKERS="localhost": .*host:port.*Example: KAFKA_BROKERS=127.0.0.1:9092/],
    ['EVENTSIM_FROM', 'yesterday', /^EVENTSIM_FROM="yesterday": .*Example: EVENTSIM_FROM=2026-11-17T00:00:00Z/],
  ])('names the setting %s, the value %s and an example', (name, value, message) => {
    expect(refusal({ [name]: value })).toMatch(message);
  });

  it('tells of every bad setting at once', () => {
    expect(refusal({ LANDING_TICK: 'soon', EVENTSIM_RATE: 'fast' }).split('\n')).toHaveLength(3);
  });

  it.each<[RegExp, Record<string, string>]>([
    [/^KAFKA_TLS_CA: set, but KAFKA_TLS=off/, { KAFKA_TLS_CA: 'ca.pem' }],
    [/^KAFKA_TLS_KEY: not set.*both/, { KAFKA_TLS: 'on', KAFKA_TLS_CERT: 'client.pem' }],
    [/^KAFKA_TLS_CERT: not set.*both/, { KAFKA_TLS: 'on', KAFKA_TLS_KEY: 'client-key.pem' }],
    [/^KAFKA_PASSWORD: set, but KAFKA_SASL=none/, { KAFKA_PASSWORD: 'canary' }],
    [/^KAFKA_USERNAME: not set/, { KAFKA_SASL: 'plain', KAFKA_PASSWORD: 'canary' }],
    [/^KAFKA_PASSWORD_FILE: not set, nor KAFKA_PASSWORD/, { KAFKA_SASL: 'plain', KAFKA_USERNAME: 'us' }],
    [
      /^KAFKA_PASSWORD and KAFKA_PASSWORD_FILE: both set/,
      { KAFKA_SASL: 'plain', KAFKA_USERNAME: 'us', KAFKA_PASSWORD: 'canary', KAFKA_PASSWORD_FILE: 'file' },
    ],
    [/^KAFKA_SASL="kerberos": .*Example: KAFKA_SASL=none/, { KAFKA_SASL: 'kerberos', KAFKA_PASSWORD: 'canary' }],
    [/^Temporal's settings: /, { TEMPORAL_PROFILE: 'nowhere', TEMPORAL_API_KEY: 'canary' }],
  ])('refuses with %p, and shows no secret', (message, env) => {
    const refused = refusal(env);
    expect(refused).toMatch(message);
    expect(refused).not.toContain('canary');
  });

  it('has what protects connections, and prints no password', () => {
    const login = { KAFKA_SASL: 'scram-sha-256', KAFKA_USERNAME: 'us', KAFKA_PASSWORD: 'canary' };
    const { security } = readConfig({ KAFKA_TLS: 'on', KAFKA_TLS_CA: 'ca.pem', ...login }, '/srv').kafka;
    expect(security.tls).toEqual({ ca: 'ca.pem', cert: null, key: null });
    expect(security.sasl).toMatchObject({ mechanism: 'scram-sha-256', username: 'us' });
    expect(JSON.stringify(security) + inspect(security, { depth: 9, showHidden: true })).not.toContain('canary');
  });

  it('takes a broker and a Temporal server that are given', () => {
    const config = readConfig({ KAFKA_BROKERS: 'a:1,b:2', TEMPORAL_ADDRESS: 'temporal.example:7233' }, '/srv');
    expect(config.kafka).toMatchObject({ external: true, brokers: ['a:1', 'b:2'] });
    expect(config.temporal).toMatchObject({ external: true, connection: { address: 'temporal.example:7233' } });
  });
});
