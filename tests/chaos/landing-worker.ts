import { readFileSync } from 'node:fs';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { messageOf } from '../../core/errors.ts';
import { serve, type Running } from './fleet.ts';
import { Numbered, type Order, type Report } from './orders.ts';

/** A process of landing workers, for tests that do it harm: its orders come from its parent, the workflows' bundle is its argument. */
const workflows = readFileSync(process.argv[2] ?? '', 'utf8');
const fleets = new Map<string, Running>();

function say(report: Report): void {
  if (process.connected) process.send?.(report);
}

function fleet(id: string): Running {
  const found = fleets.get(id);
  if (found === undefined) throw new Error(`there is no fleet ${id} here`);
  return found;
}

async function carryOut(order: Order): Promise<void> {
  switch (order.do) {
    case 'serve':
      fleets.set(order.fleet.id, await serve(order.fleet, workflows, say));
      return;
    case 'leave':
      await fleet(order.id).leave();
      fleets.delete(order.id);
      return;
    case 'go on':
      fleet(order.id).gate.goOn();
      return;
    case 'heal':
      fleet(order.id).faults.healed = true;
      return;
    case 'shift clock':
      fleet(order.id).clock.shiftMs = order.ms;
      return;
    case 'append':
      fleet(order.id).memory?.append(order);
      return;
    case 'rewind':
      fleet(order.id).memory?.rewindTo(order.topic, order.partition, order.end);
  }
}

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});
process.on('message', (message: unknown) => {
  const { number, order } = Numbered.parse(message);
  carryOut(order).then(
    () => {
      say({ what: 'done', number, why: null });
    },
    (failure: unknown) => {
      say({ what: 'done', number, why: messageOf(failure) });
    },
  );
});
process.on('disconnect', () => process.exit());
say({ what: 'ready' });
