import { staging } from '../define.ts';
import authEvents from '../topics/auth_events.ts';

export default staging({
  key: 'stg_auth_events',
  description: 'Landed auth_events, one row an event, replaced hour by hour.',
  topic: authEvents,
});
