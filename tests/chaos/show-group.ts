import { openCluster } from '../../adapters/kafka/cluster.ts';

/**
 * Prints the offsets of a topic that a group is shown to have, as JSON by partition: `show-group.ts <brokers> <group> <topic>`.
 * A program of its own, because kafkajs loads the code of a request when it is first made, which jest refuses beside concurrent tests.
 */
async function main([brokers = '', group = '', topic = '']: readonly string[]): Promise<void> {
  const cluster = await openCluster({ brokers: brokers.split(','), clientId: 'chaos' });
  try {
    const partitions = (await cluster.leaders(topic)).map(({ partition }) => partition);
    const offsets = await cluster.committed(group, topic, partitions);
    process.stdout.write(JSON.stringify(Object.fromEntries(offsets)));
  } finally {
    await cluster.disconnect();
  }
}

await main(process.argv.slice(2));
