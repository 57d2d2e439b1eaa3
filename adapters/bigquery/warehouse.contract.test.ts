import { describeLoading, describeWarehouse } from '../contract/warehouse.ts';
import { closeBenches, openBench } from './bench.ts';

jest.setTimeout(600_000);

afterAll(closeBenches);

describeWarehouse('bigquery', openBench, { runs: 3 });
describeLoading('bigquery', openBench);
