import { mart } from '../define.ts';
import stgListenEvents from '../staging/stg_listen_events.ts';

export default mart({
  key: 'mart_location_analytics',
  description: 'Where listeners are: plays and listeners by state and by city.',
  upstream: [stgListenEvents],
});
