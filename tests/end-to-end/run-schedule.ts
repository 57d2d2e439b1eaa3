import { readConfig } from '../../temporal.config.ts';
import { connectClient } from '../../workers/connect.ts';
import { triggerSchedule } from '../../workers/schedule.ts';
import { SCHEDULE_ID } from '../../core/workflow-ids.ts';

/** Triggers the schedule and waits until the run it started has ended. */
const { client, close } = await connectClient(readConfig(process.env));
const handle = client.schedule.getHandle(SCHEDULE_ID);
const before = (await handle.describe()).info.numActionsTaken;
await triggerSchedule(client);
let described = await handle.describe();
while (described.info.numActionsTaken === before || described.info.runningActions.length > 0) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  described = await handle.describe();
}
await close();
