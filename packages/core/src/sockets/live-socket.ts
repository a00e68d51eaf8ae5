import type { AuthenticatedOptions } from '../auth/auth.metadata.js';
import type { OriginalRequest } from '../events/users.events.js';
import type { UsersException } from '../exceptions/users.exception.js';

/** A socket of Socket.IO, or of `ws`. */
export interface SocketClient {
  /** Socket.IO. */
  disconnect?(close: boolean): unknown;
  /** Socket.IO: sends an event to the client. `ws`: tells listeners of this process. */
  emit(event: string, ...args: unknown[]): unknown;
  /** `ws` (RFC 6455, 7.4). */
  close?(code: number, reason: string): unknown;
  on(event: string, listener: () => void): unknown;
}

/** RFC 6455, 7.4.2: codes from 4000 are the application's own; these are what others use for 401 and 403. */
const CODES: Readonly<Record<number, number>> = { 401: 4401, 403: 4403 };

/** An open socket, and by what it was let in. */
export class LiveSocket {
  constructor(
    readonly client: SocketClient,
    readonly request: OriginalRequest,
    readonly demands: AuthenticatedOptions,
    /** Id of its user, as text; `null` for whom an optional gateway lets in without one. */
    readonly userId: string | null,
  ) {}

  onClose(listener: () => void): void {
    this.client.on(this.client.disconnect ? 'disconnect' : 'close', listener);
  }

  /** Its user may not stay: the client hears why, by `exception` or by the code of the end. */
  close(reason: UsersException): void {
    const { client } = this;
    if (client.disconnect) {
      client.emit('exception', reason.getResponse());
      client.disconnect(true);
    } else {
      client.close?.(CODES[reason.getStatus()] ?? 4400, reason.code);
    }
  }
}
