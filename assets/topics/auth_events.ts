import { z } from 'zod';
import { topic } from '../define.ts';
import { device, progress, session, tag, time, user } from '../event-blocks.ts';

export const AuthEvent = z.object({
  ...time,
  ...session,
  ...progress,
  ...device,
  ...user,
  ...tag,
  success: z.boolean().describe('Whether the login worked; the listener is unknown when it did not.'),
});
export type AuthEvent = z.infer<typeof AuthEvent>;

export default topic({
  key: 'auth_events',
  description: 'One event for each try to log in, told by the event after it.',
  event: AuthEvent,
});
