/** What is counted. Names and units are public: dashboards and alarms are made of them. */
export const COUNTERS = {
  'nestjs_users.login.attempts': {
    unit: '{attempt}',
    description: 'Logins, by backend and outcome.',
  },
  'nestjs_users.registration.attempts': {
    unit: '{attempt}',
    description: 'Registrations by the route or UsersService.register, by outcome.',
  },
  'nestjs_users.limit.refusals': {
    unit: '{refusal}',
    description: 'What a limit has refused, by its kind, and by what it counts.',
  },
  'nestjs_users.limit.store.failures': {
    unit: '{failure}',
    description: 'Questions that the rateLimitStore failed to answer: the process counted instead.',
  },
  'nestjs_users.token.lookups': {
    unit: '{lookup}',
    description: 'Credentials of requests, by backend and outcome.',
  },
  'nestjs_users.token.refreshes': {
    unit: '{refresh}',
    description: 'Uses of refresh tokens, by backend and outcome.',
  },
  'nestjs_users.listener.failures': {
    unit: '{failure}',
    description: 'Listeners that threw or did not end in time.',
  },
} as const;

/** What is timed, in seconds. */
export const HISTOGRAMS = {
  'nestjs_users.hash.duration': {
    unit: 's',
    description: 'Time of a hash, its wait for a thread included, by operation and outcome.',
  },
} as const;

/** What is looked at whenever somebody reads. */
export const GAUGES = {
  'nestjs_users.hash.queue.length': {
    unit: '{password}',
    description: 'Passwords that wait for a thread of the hasher.',
  },
} as const;

/** The boundaries of a histogram: a hash takes some 50 ms to a second, and longer when it has to wait. */
export const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type CounterName = keyof typeof COUNTERS;
export type HistogramName = keyof typeof HISTOGRAMS;
export type GaugeName = keyof typeof GAUGES;
