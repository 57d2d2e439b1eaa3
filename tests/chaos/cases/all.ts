import type { ChaosCase } from '../chaos-case.ts';
import { ENGINES } from './engines.ts';
import { KILLED } from './killed.ts';
import { LOSS } from './loss.ts';
import { NEIGHBOURS } from './neighbours.ts';
import { STORE } from './store.ts';
import { TWICE } from './twice.ts';
import { WORKFLOW } from './workflow.ts';

/** Every case of the chaos suite; those that wait for their engines come first. */
export const CASES: readonly ChaosCase[] = [...ENGINES, ...TWICE, ...KILLED, ...STORE, ...WORKFLOW, ...LOSS, ...NEIGHBOURS];
