/** Every version the local toolchain fetches or accepts; the full locks lie in tools/locked/. */
export const PINS = Object.freeze({
  /** Lowest Node this repository runs on. */
  node: '20.19.0',
  temporal: Object.freeze({
    /** The CLI that is downloaded or built; its server is the one a database file is named after. */
    cli: '1.5.1',
    /** Servers that suit when a `temporal` is found on PATH: at least `min`, below `below`. */
    server: Object.freeze({ min: '1.29.0', below: '2.0.0' }),
  }),
  /** Apache Kafka and the logger it prints with, as in tools/locked/kafka-pom.xml. */
  kafka: Object.freeze({ version: '4.1.0', scala: '2.13', slf4j: '1.7.36' }),
  /** dbt and its adapters; dbt-core 1.12 fetches a parser from outside when installed. */
  dbt: Object.freeze({ core: '1.11.16', duckdbAdapter: '1.11.1', bigqueryAdapter: '1.11.3', duckdb: '1.5.5' }),
  /** The reader the tests use to read Delta tables with foreign eyes. */
  deltalake: '1.6.6',
  /** DuckDB and its Delta extension, the second such reader, in the same environment. */
  duckdbDelta: '1.5.5',
  /** Spark, as a peer and as the third such reader; the version its Kafka source has too, and a Delta made for it. */
  spark: Object.freeze({ version: '4.1.1', delta: '4.1.0' }),
  tctl: '1.18.0',
  /** Google's SQL analyzer, as in tools/locked/sql-analyzer-pom.xml; the newest that comes as a library. */
  sqlAnalyzer: '2024.11.1',
  /** Storage in Google's place. */
  fakeGcs: '1.56.1',
  /** A server in BigQuery's place, for tests. */
  bigQueryEmulator: '1.4.0',
  /**
   * Terraform's providers, whose modules have no tags that fit: commits, and the versions they stand for. Programs on
   * PATH that suit are at least `min` and below `below`; where there is none, OpenTofu is built.
   */
  terraform: Object.freeze({
    google: Object.freeze({ version: '8.0.0', pseudo: 'v1.20.1-0.20260828184646-f3721fb45fa3' }),
    local: Object.freeze({ version: '2.9.0', pseudo: 'v1.4.1-0.20260806152022-9068a4b7aa37' }),
    min: '1.9.0',
    below: '2.0.0',
    opentofu: '1.12.6',
  }),
  /** Pythons the locks hold for: at least `min`, below `below`. */
  python: Object.freeze({ min: '3.10.0', below: '3.14.0' }),
  /** Lowest Java that runs the broker and Spark. */
  java: 17,
  /** Lowest Go that builds the Go parts. */
  go: '1.24.0',
});

/** True when the dotted version `version` is at least `min` and, when given, below `below`. @param {string} version @param {string} min @param {string} [below] */
export function versionWithin(version, min, below) {
  return compareVersions(version, min) >= 0 && (below === undefined || compareVersions(version, below) < 0);
}

/** @param {string} a @param {string} b */
function compareVersions(a, b) {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
