import { defineSearchAttributeKey } from '@temporalio/common';
import { assetsOf } from '../core/run.ts';
import type { RunPlan } from '../core/run-plan.ts';

export const Asset = defineSearchAttributeKey('Asset', 'KEYWORD_LIST');
export const Partition = defineSearchAttributeKey('Partition', 'KEYWORD_LIST');
export const Kind = defineSearchAttributeKey('Kind', 'KEYWORD');
export const Outcome = defineSearchAttributeKey('Outcome', 'KEYWORD');

const MOST_PARTITIONS = 100;

/** What a run is found by: its kind, the assets it writes, and their hours (the newest hundred). */
export function attributesOf(kind: string, { waves }: RunPlan) {
  const steps = waves.flat();
  const hours = steps.flatMap((step) => (step.verb === 'load' ? [step.hour] : []));
  return [
    { key: Kind, value: kind },
    { key: Asset, value: distinct(steps.flatMap(assetsOf)) },
    { key: Partition, value: distinct(hours).slice(-MOST_PARTITIONS) },
  ];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
