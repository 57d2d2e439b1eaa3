import { mart } from '../define.ts';
import stgListenEvents from '../staging/stg_listen_events.ts';

export default mart({
  key: 'mart_top_songs',
  description: 'Which songs are popular: plays, listeners and a popularity score, one row a song.',
  upstream: [stgListenEvents],
});
