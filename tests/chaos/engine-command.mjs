import { brokerCommand, prepareBroker } from '../../tools/broker.mjs';
import { ensureParts } from '../../tools/parts.mjs';
import { temporalCommand } from '../../tools/temporal.mjs';
import { toolbox } from '../setup/engine.mjs';

/** Prints, as JSON, the command that runs an engine on its own folder: `temporal <dir> <port>` or `broker <dir> <port> <controller port>`. */
const [engine = '', dir = '', port = '', controllerPort = ''] = process.argv.slice(2);

async function commandOf() {
  if (engine === 'temporal') {
    const { temporal } = await ensureParts(['temporal'], toolbox());
    const place = { binary: temporal.binary, port: Number(port), dir, uiPort: null, searchAttributes: [] };
    return temporalCommand({ ...place, env: process.env });
  }
  const { kafka } = await ensureParts(['kafka'], toolbox());
  if (kafka.brokers !== null) throw new Error('a broker that is given (KAFKA_BROKERS) cannot be killed: unset it');
  const { home: kafkaHome, java } = kafka;
  const place = { dir, port: Number(port), controllerPort: Number(controllerPort), kafkaHome, java, env: process.env };
  await prepareBroker(place);
  return brokerCommand(place);
}

const { command, args, cwd } = { cwd: dir, ...(await commandOf()) };
process.stdout.write(JSON.stringify({ command, args, cwd }));
