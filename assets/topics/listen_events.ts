import { z } from 'zod';
import { topic } from '../define.ts';
import { auth, device, progress, session, song, tag, time, user } from '../event-blocks.ts';

export const ListenEvent = z.object({ ...song, ...time, ...session, ...auth, ...progress, ...device, ...user, ...tag });
export type ListenEvent = z.infer<typeof ListenEvent>;

export default topic({
  key: 'listen_events',
  description: 'One event for each song that a listener starts.',
  event: ListenEvent,
});
