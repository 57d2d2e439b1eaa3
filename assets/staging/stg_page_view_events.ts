import { staging } from '../define.ts';
import pageViewEvents from '../topics/page_view_events.ts';

export default staging({
  key: 'stg_page_view_events',
  description: 'Landed page_view_events, one row an event, replaced hour by hour.',
  topic: pageViewEvents,
});
