import { whoAmI } from './w1-who-am-i.js';
import { storedToken } from './w2-stored-token.js';
import { login } from './w3-login.js';
import { isolation } from './w4-isolation.js';
import { registration } from './w5-registration.js';
import { footprint } from './w6-footprint.js';
import { growth } from './w7-growth.js';
import type { Workload } from './workload.js';

/** All of them, in the order of the page. */
export const workloads: readonly Workload<unknown>[] = [
  whoAmI,
  storedToken,
  login,
  isolation,
  registration,
  footprint,
  growth,
];
