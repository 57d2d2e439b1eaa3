import { locatePythons, startBroker } from './broker.mjs';

/** What adapters' contract suites meet: a broker, dbt, and a reader of Delta tables that knows nothing of us. */
export default async function prepare() {
  await locatePythons(['dbt', 'deltalake']);
  await startBroker({ secured: true });
}
