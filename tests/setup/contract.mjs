import { startBigQuery } from './bigquery.mjs';
import { locatePythons, startBroker } from './broker.mjs';
import { locateSqlAnalyzer } from './sql-analyzer.mjs';
import { startStorage } from './storage.mjs';
import { locateTerraform } from './terraform.mjs';

/** What adapters' contract suites meet: a broker, servers in the place of Google's, dbt, Google's SQL analyzer, and a reader of Delta tables that knows nothing of us. */
export default async function prepare() {
  await locatePythons(['dbt', 'deltalake']);
  await Promise.all([locateTerraform(), locateSqlAnalyzer()]);
  await Promise.all([startBroker({ secured: true }), startStorage().then(startBigQuery)]);
}
