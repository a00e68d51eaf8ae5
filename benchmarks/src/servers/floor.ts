import { crowd, EMAIL, environment } from './environment.js';
import { look, prepare } from './floor/statements.js';
import { serve } from './floor/platform.js';
import { read, write } from './floor/tokens.js';
import { bearer, get, tellReady } from './ready.js';

// What is left when nothing is left: the platform, a signature or a digest, one prepared statement.

await prepare(environment.isFirstStart ? [...crowd(), EMAIL] : []);
const origin = await serve(async (token) => {
  const key = await read(token);
  const user = key === undefined ? undefined : await look(key);
  return user?.isActive ? user : undefined;
});
const asks = environment.isFirstStart ? { me: get('/users/me', bearer(await write(EMAIL))) } : {};
tellReady({ origin, asks });
