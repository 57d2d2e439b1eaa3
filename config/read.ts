import { z } from 'zod';
import { parseDuration } from '../core/durations.ts';

/** Text that is there. */
export const text = z.string().min(1);

/** Text, or nothing: null. */
export const maybeText = z.string().transform((value) => (value === '' ? null : value));

/** A whole number in a range, both ends included. */
export const whole = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d+$/, `write a whole number from ${String(low)} to ${String(high)}`)
    .transform(Number)
    .refine((value) => value >= low && value <= high, `write a whole number from ${String(low)} to ${String(high)}`);

/** A TCP port. */
export const port = whole(1, 65_535);

/** A number that is not negative. */
export const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'write a number such as 10 or 0.5')
  .transform(Number);

/** A part of a whole, from 0 to 1. */
export const share = z
  .string()
  .refine((value) => /^\d+(\.\d+)?$/.test(value) && Number(value) <= 1, 'write a number from 0 to 1, such as 0.01')
  .transform(Number);

/** A duration in words, read as milliseconds. */
export const duration = z.string().transform((value, context) => {
  try {
    return parseDuration(value, '');
  } catch {
    context.addIssue({ code: 'custom', message: 'write a number and a unit: ms, seconds, minutes, hours or days' });
    return z.NEVER;
  }
});

/** An instant, read as epoch milliseconds. */
export const date = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), 'write an instant in UTC, such as 2026-01-01T00:00:00Z')
  .transform((value) => Date.parse(value));

/** Addresses of brokers, with commas between. */
export const brokers = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'write host:port, several with commas between')
  .transform((value) => value.split(','));

/** The address of a server: a URL, or null where the usual one is meant. */
export const maybeUrl = z
  .string()
  .refine((value) => value === '' || /^https?:\/\/[^\s/]+$/.test(value), 'write http://host:port, or nothing')
  .transform((value) => (value === '' ? null : value));

/** A setting with its default and what `.env.example` says about it. */
export const setting = <Read extends z.ZodType>(read: Read, fallback: string, about: string): Read =>
  read.meta({ fallback, about });

/** The environment settings are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;
