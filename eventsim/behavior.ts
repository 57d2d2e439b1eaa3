const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How listeners behave; times in milliseconds. The means are of all listeners: each has a pace of its own, log-normal around them. */
export const BEHAVIOR = {
  /** Mean time between two page views of a session. */
  thinkingTime: 90 * SECOND,
  /** Mean time from the end of a session to the next. */
  timeBetweenSessions: 2 * DAY,
  /** The least time between two sessions. */
  sessionGap: 30 * MINUTE,
  /** Strength of the daily rhythm; time would run backwards from 1/(2π) on. */
  dayDamping: 0.09375,
  /** Share of the sessions that weekends and holidays lose. */
  weekendDamping: 0.5,
  /** How long before midnight the weekend begins to show, and after midnight until it is over. */
  weekendOffset: 180 * MINUTE,
  /** How long its beginning and its end take. */
  weekendRamp: 360 * MINUTE,
  /** How long before its start a simulation lets its first listeners live, so that it starts in full swing. */
  warmUp: DAY,
} as const;
