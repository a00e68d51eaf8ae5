import type { OriginalRequest } from '../../events/users.events.js';

/** Of a call that carries no credential anywhere: nobody makes it. */
export const NO_REQUEST: OriginalRequest = Object.freeze({
  method: 'CONNECT',
  url: '/',
  headers: {},
});
