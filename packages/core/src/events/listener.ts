import type { UsersEvent } from './users.events.js';

/** An event class, as the key under which listeners are found. @publicApi */
export type EventType<E extends UsersEvent = UsersEvent> = abstract new (...args: never[]) => E;

/** How a listener wants to be called. @publicApi */
export interface ListenerOptions {
  /** Listeners with a lower number come first; equal numbers in the order of discovery. Default 0. */
  order?: number;
  /**
   * Hear only the module registered under this name (see `UsersModuleExtras.name`), for
   * applications that have several kinds of users. Default: every module.
   */
  module?: string;
}

/** One decorated method, found and ready to be called. */
export interface Listener extends ListenerOptions {
  readonly event: EventType;
  /** `AccountMails.welcome`: how logs name it. */
  readonly label: string;
  readonly invoke: (event: UsersEvent) => unknown;
}

/** What a decorator leaves on a method. */
export interface ListenerMetadata extends ListenerOptions {
  readonly event: EventType;
}

const LISTENER_METADATA = Symbol('nestjs-users:listeners');

/** Adds a subscription to a method; one method may have several. */
export function addListenerMetadata(method: object, metadata: ListenerMetadata): void {
  Reflect.defineMetadata(LISTENER_METADATA, [...readListenerMetadata(method), metadata], method);
}

/** The subscriptions of a method. */
export function readListenerMetadata(method: object): readonly ListenerMetadata[] {
  return (
    (Reflect.getOwnMetadata(LISTENER_METADATA, method) as ListenerMetadata[] | undefined) ?? []
  );
}
