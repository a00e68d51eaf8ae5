import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { AUTHENTICATED } from '../auth/auth.metadata.js';
import { Authenticator, type Identification } from '../auth/authenticator.js';
import { rememberHandshake } from '../auth/calls/socket.call.js';
import { identify, isRefusal } from '../auth/identify.js';
import {
  OnUserDeleted,
  OnUserLoggedOut,
  OnUserPasswordChanged,
  OnUserPasswordReset,
  OnUserSessionEnded,
  OnUserSessionsRevoked,
  OnUserUpdated,
} from '../events/users-events.decorators.js';
import type { UserEvent } from '../events/users.events.js';
import { describeError } from '../events/settle-within.js';
import { UnauthorizedError } from '../exceptions/request.errors.js';
import { UsersException } from '../exceptions/users.exception.js';
import { RareWarnings } from '../logging/rare-warnings.js';
import { lifetime } from '../tokens/seconds.js';
import { ServiceUnavailableError, UsersError } from '../users/users.errors.js';
import { LiveSocket } from './live-socket.js';
import { guardServer } from './socket-server.js';

/** What `@WebSocketGateway()` writes on a class. */
const IS_GATEWAY = 'websockets:is_gateway';

/** Options of {@link UsersSockets.protect}. @publicApi */
export interface ProtectSocketsOptions {
  /**
   * Open sockets are judged again every so many seconds: what another process has ended, this one finds
   * out so. One look-up for each socket. Default 30.
   */
  recheckSeconds?: number;
}

/** So many look-ups at a time, so that ten thousand sockets do not stand in everybody's way. */
const AT_ONCE = 8;

/**
 * Guards WebSocket gateways at the handshake, and closes sockets whose session has ended: at once where
 * this process ended it, within {@link ProtectSocketsOptions.recheckSeconds} where another one did, or
 * where a token has expired. `@Authenticated()` alone judges single messages; whoever is connected hears
 * what is broadcast.
 *
 * The credential is the handshake's: the `Authorization` header, a cookie, or with Socket.IO
 * `io(url, { auth: { token } })`. Cookies count only if the handshake comes from a page of the same
 * origin, or of `trustedOrigins`.
 *
 * @example
 * @WebSocketGateway()
 * @Authenticated()
 * export class ChatGateway implements OnGatewayInit {
 *   constructor(private readonly sockets: UsersSockets) {}
 *
 *   afterInit(server: Server) {
 *     this.sockets.protect(server, this);
 *   }
 * }
 * @publicApi
 */
@Injectable()
export class UsersSockets implements OnApplicationBootstrap, OnApplicationShutdown {
  /** The open sockets of each server. */
  readonly #servers: Set<LiveSocket>[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #logger = new Logger('UsersSockets');
  readonly #warnings = new RareWarnings(this.#logger, 60);

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  /**
   * Asks at each handshake of a server for what `@Authenticated()` on the gateway demands: without it,
   * for an active user. Gateways on one port and namespace share their server: protecting it for one
   * protects it for all.
   *
   * @param server - what `afterInit(server)` receives: of Socket.IO or `ws`
   * @param gateway - the gateway, usually `this`
   * @throws TypeError for another kind of server, or one that has a `verifyClient` already
   */
  protect(
    server: unknown,
    gateway: object,
    { recheckSeconds = 30 }: ProtectSocketsOptions = {},
  ): void {
    const every = lifetime('UsersSockets: recheckSeconds', recheckSeconds) * 1000;
    const live = new Set<LiveSocket>();
    const demands = this.reflector.get(AUTHENTICATED, gateway.constructor) ?? {};
    const users = new WeakMap<object, string | null>();
    guardServer(
      server,
      async ({ key, request }) => {
        try {
          const found = await identify(this.authenticator, request, demands);
          users.set(key, found && idOf(found));
          return null;
        } catch (error) {
          return this.#refusal(error);
        }
      },
      (client, { key, request }) => {
        this.#arrive(live, new LiveSocket(client, request, demands, users.get(key) ?? null));
      },
    );
    guarded.add(gateway);
    this.#servers.push(live);
    this.#timers.push(
      setInterval(
        inTurn(() => this.#recheck([...live])),
        every,
      ).unref(),
    );
  }

  /** Refuses to boot with a gateway that demands a user, and whose broadcasts everybody could hear. */
  onApplicationBootstrap(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || !Reflect.getMetadata(IS_GATEWAY, metatype)) continue;
      const isDemanding = this.reflector.get(AUTHENTICATED, metatype) !== undefined;
      if (!isDemanding || guarded.has(instance as object)) continue;
      throw new TypeError(
        `${metatype.name} has @Authenticated(), but its handshakes are not guarded: whoever connects ` +
          'would hear what it broadcasts. Inject UsersSockets and write ' +
          '`afterInit(server) { this.sockets.protect(server, this); }`.',
      );
    }
  }

  /** Looks at no socket any more. */
  onApplicationShutdown(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** @internal Whatever may have ended sessions: those that have ended do not pass again. */
  @OnUserDeleted()
  @OnUserLoggedOut()
  @OnUserPasswordChanged()
  @OnUserPasswordReset()
  @OnUserSessionEnded()
  @OnUserSessionsRevoked()
  @OnUserUpdated()
  async recheck({ user }: UserEvent): Promise<void> {
    const id = String(user.id);
    const open = this.#servers.flatMap((live) => [...live]);
    await this.#recheck(open.filter(({ userId }) => userId === id));
  }

  #arrive(live: Set<LiveSocket>, socket: LiveSocket): void {
    rememberHandshake(socket.client, socket.request);
    if (socket.userId === null) return;
    live.add(socket);
    socket.onClose(() => live.delete(socket));
    // Its session may have ended between the handshake and now, when nobody knew of the socket.
    void this.#recheck([socket]);
  }

  async #recheck(sockets: readonly LiveSocket[]): Promise<void> {
    const waiting = [...sockets];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await this.#judge(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** Never rejects. Nobody is thrown out because nobody knows. */
  async #judge(socket: LiveSocket): Promise<void> {
    try {
      const reason = await this.#reasonToClose(socket);
      if (reason) socket.close(new UsersException(reason));
    } catch (error) {
      this.#warnings.warn(`Open sockets cannot be judged: ${describeError(error)}`);
    }
  }

  async #reasonToClose({ request, demands, userId }: LiveSocket): Promise<UsersError | undefined> {
    try {
      const found = await identify(this.authenticator, request, demands);
      return found && idOf(found) === userId ? undefined : new UnauthorizedError();
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }

  #refusal(error: unknown): UsersException {
    if (error instanceof UsersError) return new UsersException(error);
    this.#logger.error(`A handshake cannot be judged: ${describeError(error)}`);
    return new UsersException(new ServiceUnavailableError());
  }
}

/** Leaves a turn out while the one before it still runs. */
function inTurn(work: () => Promise<void>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    void work().finally(() => {
      isRunning = false;
    });
  };
}

/** Of all modules: each of an application's `UsersSockets` sees every gateway. */
const guarded = new WeakSet<object>();

function idOf({ user }: Identification): string {
  return String((user as { readonly id: unknown }).id);
}
