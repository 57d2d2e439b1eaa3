import { z } from 'zod';
import { instant } from './contract.ts';

/** Fields that several topics carry, in the order Interana's eventsim emits them. Optional ones are absent, never null. */
export const time = { ts: instant.describe('When the event happened, epoch milliseconds UTC.') };

export const session = { sessionId: z.int().describe('Session of the listener; unique within one simulation.') };

export const auth = { auth: z.enum(['Guest', 'Logged In', 'Logged Out', 'Cancelled']).describe('State of the login.') };

export const progress = {
  level: z.enum(['free', 'paid']).describe('Subscription level when the event happened.'),
  itemInSession: z.int().min(0).describe('Position of the event in its session, from 0.'),
};

export const device = {
  city: z.string().describe('City of the device.'),
  zip: z.string().describe('Five-digit postal code, as text.'),
  state: z.string().describe('Two-letter state.'),
  userAgent: z.string().describe('User agent of the device.'),
  lon: z.number().describe('Longitude, degrees.'),
  lat: z.number().describe('Latitude, degrees.'),
};

export const user = {
  userId: z.int().optional().describe('Listener; absent while logged out.'),
  lastName: z.string().optional().describe('Family name of the listener.'),
  firstName: z.string().optional().describe('Given name of the listener.'),
  gender: z.enum(['F', 'M']).optional().describe('Gender of the listener.'),
  registration: instant.optional().describe('When the listener registered, epoch milliseconds UTC.'),
};

export const tag = { tag: z.string().optional().describe('Group of an A/B test, where one is running.') };

export const song = {
  artist: z.string().describe('Artist of the song.'),
  song: z.string().describe('Title of the song.'),
  duration: z.number().min(0).describe('Length of the song, seconds.'),
};
