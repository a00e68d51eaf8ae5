import type { OriginalRequest } from '../../events/users.events.js';

type Bag = Readonly<Record<string, unknown>>;

/** The contexts of Nest's transporters, as far as they have headers. */
interface RpcContext {
  /** gRPC: `Metadata`. */
  getMap?(): Bag;
  /** NATS: a map with several values for a name. */
  getHeaders?(): Iterable<readonly [string, unknown]> | undefined;
  /** Kafka and RabbitMQ. */
  getMessage?(): { readonly headers?: Bag; readonly properties?: { readonly headers?: Bag } };
  /** MQTT 5. */
  getPacket?(): { readonly properties?: { readonly userProperties?: Bag } };
}

/** The headers of a message, by lower-case names; `undefined` where the transporter has none. */
export function rpcHeaders(context: unknown): OriginalRequest['headers'] | undefined {
  if (typeof context !== 'object' || context === null) return undefined;
  const { getMap, getHeaders, getMessage, getPacket } = context as RpcContext;
  if (getMap) return plain(getMap.call(context));
  if (getHeaders) return plain(Object.fromEntries(getHeaders.call(context) ?? []));
  if (getMessage) {
    const { headers, properties } = getMessage.call(context) ?? {};
    return plain(headers ?? properties?.headers);
  }
  if (getPacket) return plain(getPacket.call(context)?.properties?.userProperties);
  return undefined;
}

/** What is there twice is left out: nobody knows which one is meant. */
function plain(bag: Bag = {}): OriginalRequest['headers'] {
  return Object.fromEntries(
    Object.entries(bag).flatMap(([name, value]) => {
      const values = Array.isArray(value) ? (value as unknown[]) : [value];
      const [only] = values;
      const isText = typeof only === 'string' || Buffer.isBuffer(only);
      return values.length === 1 && isText ? [[name.toLowerCase(), String(only)]] : [];
    }),
  );
}
