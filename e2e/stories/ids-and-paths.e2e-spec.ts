import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectError } from '../harness/errors.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

const METHODS = ['GET', 'HEAD', 'PATCH', 'DELETE'];

/** Other spellings of an id that is somebody's, as they stand in a path. */
const aliases: Record<'uuid' | 'integer', (id: string) => string[]> = {
  uuid: (id) =>
    [
      id.toUpperCase(),
      `{${id}}`,
      `%7B${id}%7D`,
      `urn:uuid:${id}`,
      id.replaceAll('-', ''),
      id.replaceAll('-', '_'),
      ...[`%20${id}`, `${id}%20`, `${id}%00`, `${id}%0A`, `${id}%09`, `${id}.json`],
      ...[`${id}'`, `${id}%27--`, `${id},${id}`, `${id}%2C`],
      id.slice(0, -1),
      `${id}0`,
      id.replaceAll('0', '%EF%BC%90'),
    ].filter((alias) => alias !== id),
  integer: (id) => [
    ...[`0${id}`, `00${id}`, `+${id}`, `%2B${id}`, `-${id}`, `${id}.0`, `${id}.`, `${id}e0`],
    ...[
      `0x${Number(id).toString(16)}`,
      `0b${Number(id).toString(2)}`,
      `0o${Number(id).toString(8)}`,
    ],
    ...[
      `%20${id}`,
      `${id}%20`,
      `${id}%00`,
      `${id}%0A`,
      `%09${id}`,
      `${id}n`,
      `${id}%27`,
      `[${id}]`,
    ],
    ...[`${id},${id}`, `1_${id}`, id.replace(/\d/g, (digit) => `%EF%BC%9${digit}`)],
    ...[
      `${4294967296 + Number(id)}`,
      `${Number(id)}.0000000000000001`,
      `"${id}"`.replaceAll('"', '%22'),
    ],
  ],
};

const NOBODY = [
  ...['abc', '%00', '..%2f', '%2e%2e', '..%2F..%2Fusers', '1e3', '0x1', '%201', '+1', '01', '-1'],
  ...['0', '1.5', 'null', 'undefined', 'NaN', 'Infinity', 'true', '[object%20Object]', '{}', '*'],
  ...[
    '9'.repeat(40),
    '2147483648',
    '9223372036854775808',
    '%25',
    '_',
    "'%20OR%20'1'='1",
    '%F0%9F%90%8E',
  ],
  ...[
    'a'.repeat(90),
    'a'.repeat(10_000),
    '%ED%A0%80',
    '%FF',
    '00000000-0000-0000-0000-000000000000',
  ],
  ...['__proto__', 'constructor', 'toString', '%C2%A01', '1;DROP%20TABLE%20users', '%2A', '$ne'],
];

describe.each(['uuid', 'integer'] as const)('With %s ids', (kind) => {
  tell(
    'What is no id',
    [...everyPlatform.slice(0, 1), ...everyDatabase],
    (stage) => {
      let [admin, victim] = [] as unknown as Persona[];
      beforeAll(async () => {
        for (let count = 0; count < 9; count++) await newcomer(stage.host);
        admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      });
      beforeEach(async () => {
        victim = await newcomer(stage.host);
      });

      it.each(METHODS)('AC-07: %s of another spelling of an id finds nobody', async (method) => {
        const before = await stage.host.row({ id: victim!.id });
        for (const alias of aliases[kind](victim!.id)) {
          const path = `/users/${alias}`;
          const body = method === 'PATCH' ? { firstName: 'Eve', isActive: false } : undefined;
          const answer = await admin!.send({ method, path, body });
          expect([400, 404], path).toContain(answer.status);
        }
        expect(await stage.host.row({ id: victim!.id })).toEqual(before);
        // The id itself is somebody's, or nothing above says anything.
        const own = await admin!.send({ method: 'GET', path: `/users/${victim!.id}` });
        expect(own.body).toMatchObject({ email: victim!.email });
      });

      it.each(METHODS)('AC-07: %s of nonsense finds nobody', async (method) => {
        const before = await stage.host.dataSource.getRepository(stage.host.entity).find();
        for (const id of NOBODY) {
          const body = method === 'PATCH' ? { firstName: 'Eve' } : undefined;
          const answer = await admin!.send({ method, path: `/users/${id}`, body });
          // 414: Fastify's own limit on parameters.
          expect([400, 404, 414], id.slice(0, 50)).toContain(answer.status);
        }
        expect(await stage.host.dataSource.getRepository(stage.host.entity).find()).toEqual(before);
      });
    },
    { ids: kind },
  );
});

tell('Paths around /users/me', everyPlatform, (stage) => {
  const VARIANTS = [
    ...['/users/me', '/users/me/', '/users/ME', '/USERS/me', '/users/%6de', '/users/%6D%65'],
    ...[
      '/users/me;x=1',
      '/users;x/me',
      '//users//me',
      '/users//me',
      '/users/./me',
      '/users/x/../me',
    ],
    ...[
      '/users/me%20',
      '/users/%20me',
      '/users/me%00',
      '/users/me%2f',
      '/users%2fme',
      '/users/me?',
    ],
    ...['/users/me#x', '/users/me/me', '/users/me.json', '/users/', '/users', '/Users', '/users?'],
    ...[
      '/users%3f',
      '/users/..;/users',
      '/users\\me',
      '/users/me\\',
      '/%75sers/me',
      '/users/%256de',
    ],
  ];

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'AC-04 IN-11: %s tells the anonymous nothing, however the path is spelled',
    async (method) => {
      for (const path of VARIANTS) {
        const answer = await stage.host.send({ method, path });
        // Express answers OPTIONS by itself, with the list of methods.
        const isList = method === 'OPTIONS' && answer.status === 200;
        if (isList) expect(answer.text).toMatch(/^[A-Z, ]+$/);
        else expect([400, 401, 404, 405], `${method} ${path}`).toContain(answer.status);
      }
    },
  );

  it.each(backends)(
    'AC-04: no spelling makes of "me" an id, or of an id "me" (%s)',
    async (name) => {
      const admin = await newcomer(stage.host, name, { isSuperuser: true });
      for (const path of VARIANTS) {
        const deleted = await admin.send({ method: 'DELETE', path });
        expect([400, 404], path).toContain(deleted.status);
        const { status, body } = await admin.send({ path });
        expect([200, 400, 404], path).toContain(status);
        // My account, or the list; nobody else's.
        if (status === 200) expect(body.id ?? body.items[0].id, path).toBeDefined();
        if (status === 200 && body.id) expect(body.id).toBe(admin.id);
      }
      expect((await admin.me()).status).toBe(200);
    },
  );

  it('AC-04: an ordinary user reaches no list by any spelling', async () => {
    const anna = await newcomer(stage.host);
    for (const path of VARIANTS) {
      const { status, body } = await anna.send({ path });
      expect([200, 400, 403, 404], path).toContain(status);
      if (status === 200) expect(body).toMatchObject({ id: anna.id });
    }
  });

  it.each(['PUT', 'POST', 'TRACE', 'PROPFIND', 'LINK', 'PURGE', 'SEARCH'])(
    'IN-11: %s is no method of the account',
    async (method) => {
      const anna = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      for (const path of ['/users/me', `/users/${anna.id}`]) {
        const answer = await anna.send({ method, path });
        expect([404, 405], path).toContain(answer.status);
        expect(answer.text).not.toContain(anna.email);
      }
    },
  );

  it('IN-11: HEAD answers as GET does, without the body', async () => {
    const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    for (const path of ['/users/me', `/users/${admin.id}`, '/users', '/users/abc']) {
      const [get, head] = [await admin.send({ path }), await admin.send({ method: 'HEAD', path })];
      expect([head.status, head.text]).toEqual([get.status, '']);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
      expect(head.headers['cache-control']).toBe('no-store');
    }
  });

  it('IN-11: what is no method at all is refused by the server itself', async () => {
    const { port } = new URL(stage.host.origin);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('STEAL /users/me HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    expectError(await stage.host.send({ path: '/users/me' }), 401, 'UNAUTHORIZED');
  });
});
