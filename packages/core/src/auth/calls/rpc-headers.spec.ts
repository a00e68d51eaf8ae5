// oxlint-disable-next-line no-restricted-imports -- the real contexts, which the file under test does not import
import {
  KafkaContext,
  MqttContext,
  NatsContext,
  RedisContext,
  RmqContext,
  TcpContext,
} from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { rpcHeaders } from './rpc-headers.js';

/** What `@grpc/grpc-js` and the client of NATS give: the part that is looked at. */
const metadata = { getMap: () => ({ authorization: 'Bearer x', 'key-bin': Buffer.from('x') }) };
const natsHeaders = new Map([
  ['Authorization', ['Bearer x']],
  ['Twice', ['a', 'b']],
]);

const kafka = (headers: unknown) => new KafkaContext([{ headers }, 0, 't'] as never);
const rmq = (headers: unknown) => new RmqContext([{ properties: { headers } }, {}, 'p'] as never);
const mqtt = (userProperties: unknown) =>
  new MqttContext(['t', { properties: { userProperties } }] as never);

describe('rpcHeaders', () => {
  it.each([
    ['gRPC', metadata, { authorization: 'Bearer x', 'key-bin': 'x' }],
    ['NATS', new NatsContext(['s', natsHeaders] as never), { authorization: 'Bearer x' }],
    ['NATS without headers', new NatsContext(['s', undefined] as never), {}],
    ['Kafka', kafka({ Authorization: Buffer.from('Bearer x') }), { authorization: 'Bearer x' }],
    ['Kafka, twice', kafka({ authorization: ['Bearer x', 'Bearer y'] }), {}],
    ['Kafka without headers', kafka(undefined), {}],
    ['RabbitMQ', rmq({ authorization: 'Bearer x', number: 5 }), { authorization: 'Bearer x' }],
    ['RabbitMQ without headers', rmq(undefined), {}],
    ['MQTT', mqtt({ authorization: 'Bearer x' }), { authorization: 'Bearer x' }],
    ['MQTT, twice', mqtt({ authorization: ['Bearer x', 'Bearer y'] }), {}],
    ['MQTT 3', new MqttContext(['t', {}] as never), {}],
  ])('%s', (_name, context, headers) => {
    expect(rpcHeaders(context)).toEqual(headers);
  });

  it.each([
    ['TCP', new TcpContext([{}, 'p'] as never)],
    ['Redis', new RedisContext(['channel'])],
    ['nothing', undefined],
  ])('%s has none', (_name, context) => {
    expect(rpcHeaders(context)).toBeUndefined();
  });
});
