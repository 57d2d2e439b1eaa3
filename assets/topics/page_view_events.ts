import { z } from 'zod';
import { topic } from '../define.ts';
import { auth, device, progress, session, song, tag, time, user } from '../event-blocks.ts';

export const PageViewEvent = z.object({
  ...time,
  ...session,
  page: z.string().describe('Page that was asked for, such as Home or NextSong.'),
  ...auth,
  method: z.enum(['GET', 'PUT']).describe('HTTP method.'),
  status: z.int().describe('HTTP status.'),
  ...progress,
  ...device,
  ...user,
  ...tag,
  artist: song.artist.optional(),
  song: song.song.optional(),
  duration: song.duration.optional(),
});
export type PageViewEvent = z.infer<typeof PageViewEvent>;

export default topic({
  key: 'page_view_events',
  description: 'One event for each page view, songs included.',
  event: PageViewEvent,
});
