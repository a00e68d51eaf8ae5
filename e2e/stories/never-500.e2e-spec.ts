import { CreateUserDto, UpdateUserDto, UserDto } from '@nestjs-users/core';
import { Expose } from 'class-transformer';
import { Allow } from 'class-validator';
import { beforeAll, expect, it } from 'vitest';
import type { Answer, Message } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { credentialOf, newcomer, type Persona } from '../harness/persona.js';
import { nameOf, pathOf, type Route, routes, allRoutes } from '../harness/routes.js';
import { everyDatabase, mixedSetups, tell } from '../harness/tell.js';
import { wrongTexts, wrongValues } from '../harness/wrong-shapes.js';

/** A body that the route would take: its values as JSON, so that one of them can be replaced. */
function goodBody({ path }: Route, sender: Persona): Record<string, string> {
  const email = newEmail();
  const all: Record<string, Record<string, unknown>> = {
    '/users/register': { email, password: newPassword() },
    '/users/login/:backend': { username: sender.email, password: sender.password },
    '/users/forgot-password': { email },
    '/users/reset-password': { token: 'a.b.c', password: newPassword() },
    '/users/me': { currentPassword: sender.password },
    '/users/:id': { isVerified: true },
  };
  return Object.fromEntries(
    Object.entries(all[path] ?? {}).map(([field, value]) => [field, JSON.stringify(value)]),
  );
}

/** Everything wrong that can be sent to a route: field by field, key by key, and as a whole. */
function* wrongRequests(route: Route, sender: Persona, id: string): Generator<[string, Message]> {
  const { method } = route;
  for (const backend of route.path.includes(':backend') ? ['jwt', 'cookie'] : ['']) {
    const path = pathOf(route, { id, backend });
    const json = (body: string): Message => ({
      ...{ method, path, body },
      headers: { 'content-type': 'application/json', ...sender.credential },
    });
    for (const [shape, value] of Object.entries(wrongValues)) {
      if (route.fields) yield [`the body is ${shape}`, json(value)];
      for (const field of route.fields ?? []) {
        const body = { ...goodBody(route, sender), [field]: value };
        const text = Object.entries(body).map(([key, item]) => `"${key}":${item}`);
        yield [`${field} is ${shape}`, json(`{${text.join()}}`)];
      }
    }
  }
  for (const [shape, text] of Object.entries(wrongTexts)) {
    const body = route.fields && { firstName: 'Anna' };
    const message = { method, headers: sender.credential, body };
    const path = pathOf(route, { id, backend: sender.backend });
    for (const key of route.query ?? ['x']) {
      yield [`?${key} is ${shape}`, { ...message, path: `${path}?${key}=${text}` }];
    }
    // One at a time: two long texts would be more than Node reads of a request.
    for (const parameter of ['id', 'backend', 'sessionId']) {
      if (!route.path.includes(`:${parameter}`)) continue;
      const odd = pathOf(route, { id, [parameter]: text });
      yield [`the path has ${shape}`, { ...message, path: odd }];
    }
  }
  for (const key of route.query ?? []) {
    for (const query of [
      `${key}[]=1`,
      `${key}[$ne]=`,
      `${key}[a][b]=1`,
      `${key}=1&${key}=2`,
      key,
    ]) {
      const path = `${pathOf(route, { id })}?${query}`;
      yield [`?${query}`, { method, headers: sender.credential, path }];
    }
  }
}

/** Sends all of it and tells what should not be: who is asking has not lost their credential on the way. */
async function faultsOf(host: Host, route: Route, sender: Persona, id: string) {
  const faults: string[] = [];
  let sent = 0;
  for (const [what, message] of wrongRequests(route, sender, id)) {
    const answer: Answer = await host.send(message);
    sent++;
    if (credentialOf(answer) && route.path === '/users/me') {
      // Some wrong shapes are good passwords.
      sender.password = (JSON.parse(String(message.body)) as { password: string }).password;
    }
    if (route.path.startsWith('/users/me')) sender.adopt(answer);
    if (answer.status >= 500 || answer.status < 200) {
      faults.push(`${nameOf(route)}: ${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    if ([401, 403].includes(answer.status)) {
      faults.push(`${nameOf(route)}: ${what}: ${answer.status}, so nothing was tried`);
    }
  }
  expect(sent).toBeGreaterThanOrEqual(Object.keys(wrongTexts).length);
  return faults;
}

/** An application that takes anything for a name: what is left is for the database to refuse. */
class CarelessUser extends UserDto {
  @Expose() firstName?: unknown;
}
class CarelessCreate extends CreateUserDto {
  @Allow() firstName?: unknown;
}
class CarelessUpdate extends UpdateUserDto {
  @Allow() firstName?: unknown;
}
const careless = { user: CarelessUser, create: CarelessCreate, update: CarelessUpdate };

const named = (some: readonly Route[]) => some.map((route) => [nameOf(route), route] as const);

// Logging out last: a backend that ends the credential would end the story.
const inOrder = routes.toSorted(
  (a, b) => Number(a.who === 'credential') - Number(b.who === 'credential'),
);

tell(
  'No client can cause a 500',
  mixedSetups,
  (stage, { flavour }) => {
    let sender: Persona;
    beforeAll(async () => {
      const backend = flavour === 'bare' ? 'jwt' : 'cookie';
      sender = await newcomer(stage.host, backend, { isSuperuser: true });
      await newcomer(stage.host, backend, { isSuperuser: true });
    });

    it.each(named(inOrder))('IN-02: by wrong shapes: %s', async (_name, route) => {
      const somebody = await newcomer(stage.host);
      expect(await faultsOf(stage.host, route, sender, somebody.id)).toEqual([]);
      expect((await sender.me()).status).toBe(200);
    });
  },
  { extras: allRoutes },
);

tell(
  'No client can cause a 500, even where the models let everything through',
  everyDatabase,
  (stage) => {
    const open = routes.filter(({ fields }) => fields?.includes('firstName'));
    it.each(named(open))('IN-02: by wrong shapes: %s', async (_name, route) => {
      const sender = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const somebody = await newcomer(stage.host);
      expect(await faultsOf(stage.host, route, sender, somebody.id)).toEqual([]);
      expect((await sender.me()).status).toBe(200);
    });
  },
  { extras: { models: careless } },
);
