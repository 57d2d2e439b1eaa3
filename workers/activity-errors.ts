import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { SoundFlowError } from '../core/errors.ts';

/** Tells Temporal what a SoundFlowError means: its code as the type, and whether trying again can help. The one place that does. */
export const activityErrors: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (failure) {
      if (!(failure instanceof SoundFlowError)) throw failure;
      const { message, code, retryable } = failure;
      throw ApplicationFailure.create({ message, type: code, nonRetryable: !retryable, cause: failure });
    }
  },
};
