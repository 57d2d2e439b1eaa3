import { staging } from '../define.ts';
import listenEvents from '../topics/listen_events.ts';

export default staging({
  key: 'stg_listen_events',
  description: 'Landed listen_events, one row an event, replaced hour by hour.',
  topic: listenEvents,
});
