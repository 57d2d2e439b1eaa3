import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';

import { startInline, withFolder } from './fixtures/inline.ts';

const SERVE = `
  import { brokerCommand, prepareBroker } from './broker.mjs';
  import { ensureParts } from './parts.mjs';
  import { freePort, waitForPort } from './ports.mjs';
  import { createLog } from './progress.mjs';
  import { homeFolder } from './home.mjs';
  import { spawn } from 'node:child_process';
  const [dir] = process.argv.slice(1);
  const toolsDir = homeFolder(process.cwd(), process.env) + '/tools';
  const { kafka: { home: kafkaHome, java } } = await ensureParts(['kafka'], { toolsDir, log: createLog(), env: process.env });
  const place = { dir, port: await freePort(), controllerPort: await freePort(), kafkaHome, java, env: process.env };
  await prepareBroker(place);
  const { command, args, env, cwd } = brokerCommand(place);
  const broker = spawn(command, args, { env, cwd, stdio: 'ignore' });
  process.on('exit', () => broker.kill('SIGKILL'));
  await waitForPort(place.port, { timeoutMs: 30_000 });
  console.log('127.0.0.1:' + place.port);
  await new Promise((resolve) => process.stdin.once('data', resolve));
  broker.once('exit', () => process.exit());
  broker.kill('SIGTERM');
`;

async function withBroker<T>(dir: string, body: (kafka: Kafka) => Promise<T>): Promise<T> {
  const script = startInline(SERVE, [dir], { PATH: process.env.PATH ?? '' });
  const kafka = new Kafka({ brokers: [await script.nextLine()], logLevel: logLevel.NOTHING });
  try {
    return await body(kafka);
  } finally {
    script.child.stdin?.write('\n');
    await script.ended;
  }
}

test(
  'the broker keeps its events over a restart on other ports, for seven days, and makes no topic unasked',
  () =>
    withFolder(async (dir) => {
      await withBroker(dir, async (kafka) => {
        const [admin, producer] = [kafka.admin(), kafka.producer({ retry: { retries: 0 } })];
        await Promise.all([admin.connect(), producer.connect()]);
        await admin.createTopics({ topics: [{ topic: 'events', numPartitions: 1 }], waitForLeaders: true });
        await producer.send({ topic: 'events', messages: [{ value: 'one' }, { value: 'two' }] });
        await expect(producer.send({ topic: 'misspelt', messages: [{ value: 'lost' }] })).rejects.toThrow(/topic-partition/);
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: ConfigResourceTypes.TOPIC, name: 'events' }],
        });
        const retention = resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms');
        expect(retention?.configValue).toBe(String(7 * 24 * 3_600_000));
        await Promise.all([admin.disconnect(), producer.disconnect()]);
      });
      await withBroker(dir, async (kafka) => {
        const admin = kafka.admin();
        await admin.connect();
        expect(await admin.fetchTopicOffsets('events')).toEqual([{ partition: 0, offset: '2', high: '2', low: '0' }]);
        expect(await admin.listTopics()).toEqual(['events']);
        await admin.disconnect();
      });
    }),
  60_000,
);
