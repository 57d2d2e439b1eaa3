import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { BackfillProgress, BackfillsStatus } from '../core/backfill-status.ts';

/** Asks for a backfill; anything may arrive here, and is answered in the status. */
export const requestBackfill = defineSignal<[unknown]>('requestBackfill');

/** A backfill tells its parent how it ended. */
export const backfillEnded =
  defineSignal<[Pick<BackfillProgress, 'id' | 'state'> & { readonly message: string }]>('backfillEnded');

/** What was asked for lately, and how it stands. */
export const backfillsStatus = defineQuery<BackfillsStatus>('status');
