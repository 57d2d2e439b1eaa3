import { z } from 'zod';
import { topic } from '../define.ts';
import { auth, device, progress, session, tag, time, user } from '../event-blocks.ts';

export const StatusChangeEvent = z.object({ ...time, ...session, ...auth, ...progress, ...device, ...user, ...tag });
export type StatusChangeEvent = z.infer<typeof StatusChangeEvent>;

export default topic({
  key: 'status_change_events',
  description: 'One event for each upgrade or downgrade; `level` is the level before it.',
  event: StatusChangeEvent,
});
