/** What is to be reached. Ratios. */
export const TARGETS = {
  /** Requests a second, to hand-written code on the same platform. */
  whoAmI: { fastify: 2.5, express: 1.5 },
  /** Requests a second, to Better Auth's look-up of a session, on Fastify. */
  betterAuth: 8,
  /** Logins and registrations a second, to what the hasher alone does. */
  ofHasher: 0.9,
  /** Latency while others log in, to the quiet one. */
  isolation: { p50: 2, p99: 3 },
  /** Start and memory, to hand-written code. */
  footprint: 1.15,
  /** Median latency with the largest table, to the smallest; a deep page, to the first. */
  growth: 1.2,
  deepPage: 1.5,
} as const;
