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
    expect(config.encoder).toEqual({ kind: 'duckdb', scratch: null });
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

  it('takes a broker and a Temporal server that are given', () => {
    const config = readConfig({ KAFKA_BROKERS: 'a:1,b:2', TEMPORAL_ADDRESS: 'temporal.example:7233' }, '/srv');
    expect(config.kafka).toMatchObject({ external: true, brokers: ['a:1', 'b:2'] });
    expect(config.temporal).toMatchObject({ external: true, connection: { address: 'temporal.example:7233' } });
  });
});
