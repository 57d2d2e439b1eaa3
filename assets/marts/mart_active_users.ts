import { mart } from '../define.ts';
import stgAuthEvents from '../staging/stg_auth_events.ts';
import stgListenEvents from '../staging/stg_listen_events.ts';
import stgPageViewEvents from '../staging/stg_page_view_events.ts';
import stgStatusChangeEvents from '../staging/stg_status_change_events.ts';

export default mart({
  key: 'mart_active_users',
  description: 'Who is active: activity and engagement segment, one row a listener.',
  upstream: [stgListenEvents, stgPageViewEvents, stgAuthEvents, stgStatusChangeEvents],
});
