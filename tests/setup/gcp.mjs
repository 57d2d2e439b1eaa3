import { messageOf } from '../../tools/setup-error.mjs';
import { startBigQuery } from './bigquery.mjs';
import { locatePythons, startBroker } from './broker.mjs';
import { startServer } from './server.mjs';
import { locateSqlAnalyzer } from './sql-analyzer.mjs';
import { startStorage } from './storage.mjs';
import { locateTerraform } from './terraform.mjs';

/** What stands in for Google Cloud, and what the pipeline needs besides. What cannot be had is said, and fails its own tests only. */
export default async function prepare() {
  const ready = await Promise.allSettled([
    locatePythons(['dbt', 'deltalake']),
    startBroker({ secured: true }),
    startServer(),
    startStorage().then(startBigQuery),
    locateTerraform(),
    locateSqlAnalyzer(),
  ]);
  for (const one of ready) if (one.status === 'rejected') process.stderr.write(`CANNOT BE HAD: ${messageOf(one.reason)}\n`);
}
