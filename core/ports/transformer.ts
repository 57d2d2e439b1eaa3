/** The job of a warehouse that bills for what is read: its id there, bytes it is billed for, and milliseconds of its slots. */
export interface WarehouseJob {
  readonly id: string;
  readonly bytesBilled: number;
  readonly slotMs: number;
}

/** Outcome of one model. `rows` where the engine tells it, `job` where it has one: the one that wrote the model. */
export interface ModelResult {
  readonly name: string;
  readonly status: 'success' | 'error' | 'skipped';
  readonly seconds: number;
  readonly rows: number | null;
  readonly message: string;
  readonly job?: WarehouseJob;
}

/** Outcome of one test of a model. */
export interface TestResult {
  readonly name: string;
  readonly model: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'error' | 'skipped';
  readonly failures: number;
  readonly message: string;
}

/** What was built and tested, in the order it ended. */
export interface BuildResult {
  readonly models: readonly ModelResult[];
  readonly tests: readonly TestResult[];
}

/** Which models to build (with all that they are built from), under a name that a retry repeats to go on where it failed. */
export interface BuildRequest {
  readonly models: readonly string[];
  readonly runName: string;
  readonly signal?: AbortSignal;
  /** Called with one short line as each model or test ends. */
  readonly onProgress?: (line: string) => void;
}

/** A model and the models and source tables (`schema.name`) it reads directly. */
export interface ModelNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** Builds and tests SQL models in the warehouse. */
export interface Transformer {
  /** A failed model or test is a result, not an error. @throws LOCKED or UNAVAILABLE for what passes by itself, BUILD_FAILED when nothing could be run, CANCELLED. */
  build(request: BuildRequest): Promise<BuildResult>;
  /** Every model of the project. */
  models(): Promise<readonly ModelNode[]>;
}
