import { staging } from '../define.ts';
import statusChangeEvents from '../topics/status_change_events.ts';

export default staging({
  key: 'stg_status_change_events',
  description: 'Landed status_change_events, one row an event, replaced hour by hour.',
  topic: statusChangeEvents,
});
