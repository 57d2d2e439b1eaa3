/** What the arithmetic takes as given, of the pipeline. Each is a place to put a figure of your own. */
export const ASSUMED = {
  /** Hours of a month. */
  hours: 730,
  /** Bytes of Parquet an event, as BENCHMARKS.md measures it. */
  parquetBytes: 27.4,
  /** Bytes of an event on the broker, as the benchmark's events have. */
  eventBytes: 465,
  /** Logical bytes of a row in BigQuery: the sum of its columns, not compressed. */
  rowBytes: 400,
  /** Logical bytes that the models read of a row, all passes together. */
  readBytes: 240,
  /** Topics that land something in every batch. */
  topics: 4,
  batchMinutes: 2,
  /** Most events of a segment (LANDING_SEGMENT_EVENTS). */
  segmentEvents: 125_000,
  /** Events that one CPU lands in a second, with two workers side by side. */
  eventsPerCpuSecond: 129_534,
  /** Objects read for each topic and batch: the head of the log, its checkpoint, what a commit looks at. */
  readsPerBatch: 10,
  brokerDays: 7,
  replicas: 3,
  stagingMonths: 3,
  /** Days of staging rows that an hourly build reads when its facts are incremental. */
  incrementalDays: 2,
  /** Billable actions of Temporal Cloud an hour for the hourly run, whatever the rate. */
  actionsOfRun: 60,
  /** What Power BI and people read out of Google's network, GB. */
  egressGb: 10,
} as const;

/** Unit prices, US dollars, Iowa (us-central1); docs/costs.md says where each was read. */
export const PRICES = {
  standardGb: 0.02,
  nearlineGb: 0.01,
  coldlineGb: 0.004,
  classA: 0.005 / 1000,
  classB: 0.0004 / 1000,
  bigQueryGib: 0.02,
  queryTib: 6.25,
  freeQueryTib: 1,
  vcpuHour: 0.021811,
  memoryGbHour: 0.002923,
  diskGb: 0.1,
  action: 50 / 1_000_000,
  temporalPlanShare: 0.1,
  egressGb: 0.12,
} as const;

/** One line of the bill: dollars a month. */
export interface CostLine {
  readonly name: string;
  readonly dollars: number;
}

const GB = 1e9;
const GIB = 2 ** 30;
const TIB = 2 ** 40;

/** What a rate of events comes to before any price. */
export function quantitiesOf(eventsPerSecond: number) {
  const { hours, batchMinutes, topics, segmentEvents } = ASSUMED;
  const events = eventsPerSecond * hours * 3600;
  const batches = (hours * 60) / batchMinutes;
  const perBatch = eventsPerSecond * batchMinutes * 60;
  const segments = Math.max(topics, Math.ceil(perBatch / segmentEvents));
  return {
    events,
    parquetGb: (events * ASSUMED.parquetBytes) / GB,
    puts: batches * (segments + topics),
    gets: batches * topics * ASSUMED.readsPerBatch,
    stagedRows: events * ASSUMED.stagingMonths,
    wholeTib: (events * ASSUMED.stagingMonths * ASSUMED.readBytes * hours) / TIB,
    incrementalTib: (eventsPerSecond * 86_400 * ASSUMED.incrementalDays * ASSUMED.readBytes * hours) / TIB,
    brokerGb: (eventsPerSecond * 86_400 * ASSUMED.brokerDays * ASSUMED.eventBytes * ASSUMED.replicas) / GB,
    landingCpus: eventsPerSecond / ASSUMED.eventsPerCpuSecond,
    // A timer, a plan, a commit and an announcement for each topic, and each segment.
    actions: batches * (topics * 4 + segments) + hours * ASSUMED.actionsOfRun,
  };
}

/** The bill of a rate, by line, with everything kept a year: a month Standard, two Nearline, nine Coldline. */
export function costsOf(eventsPerSecond: number): readonly CostLine[] {
  const of = quantitiesOf(eventsPerSecond);
  const { standardGb, nearlineGb, coldlineGb } = PRICES;
  const temporal = of.actions * PRICES.action;
  return [
    { name: 'lake: storage', dollars: of.parquetGb * (standardGb + 2 * nearlineGb + 9 * coldlineGb) },
    { name: 'lake: operations', dollars: of.puts * PRICES.classA + of.gets * PRICES.classB },
    { name: 'BigQuery: loads', dollars: 0 },
    { name: 'BigQuery: storage', dollars: ((of.stagedRows * ASSUMED.rowBytes) / GIB) * PRICES.bigQueryGib },
    { name: 'BigQuery: queries, incremental', dollars: queryDollars(of.incrementalTib) },
    { name: 'workers', dollars: machines(Math.max(1, Math.ceil(2 * of.landingCpus)), { cpus: 2, gb: 8 }) },
    { name: 'Redpanda: machines', dollars: machines(ASSUMED.replicas, brokerSize(eventsPerSecond)) },
    { name: 'Redpanda: disks', dollars: 2 * of.brokerGb * PRICES.diskGb },
    { name: 'Temporal Cloud', dollars: temporal * (1 + PRICES.temporalPlanShare) },
    { name: 'egress', dollars: ASSUMED.egressGb * PRICES.egressGb },
  ];
}

/** Dollars of queries on demand. */
export function queryDollars(tib: number): number {
  return Math.max(0, tib - PRICES.freeQueryTib) * PRICES.queryTib;
}

function brokerSize(eventsPerSecond: number): MachineSize {
  return eventsPerSecond >= 10_000 ? { cpus: 8, gb: 32 } : { cpus: 2, gb: 8 };
}

interface MachineSize {
  readonly cpus: number;
  readonly gb: number;
}

function machines(count: number, { cpus, gb }: MachineSize): number {
  return count * ASSUMED.hours * (cpus * PRICES.vcpuHour + gb * PRICES.memoryGbHour);
}
