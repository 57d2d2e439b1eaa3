import { ensureParts } from '../../tools/parts.mjs';
import { toolbox } from './engine.mjs';

/** Has the SQL analyzer ready and names its Java and class path, as JSON, in TEST_SQL_ANALYZER. */
export async function locateSqlAnalyzer() {
  const { 'sql-analyzer': part } = await ensureParts(['sql-analyzer'], toolbox());
  process.env.TEST_SQL_ANALYZER = JSON.stringify(part);
}
