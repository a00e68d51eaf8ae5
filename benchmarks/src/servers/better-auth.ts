import { auth } from './better-auth/auth.js';
import { serve } from './better-auth/platform.js';
import { seed } from './better-auth/seed.js';
import { environment } from './environment.js';
import { tellReady } from './ready.js';

const origin = await serve(auth);
tellReady({ origin, asks: environment.isFirstStart ? await seed(origin) : {} });
