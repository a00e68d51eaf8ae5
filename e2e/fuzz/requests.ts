import {
  nameOf,
  pathOf,
  type Route,
  routes,
  UNKNOWN_ID,
  UNKNOWN_SESSION,
} from '../harness/routes.js';
import type { MountedRoute } from '../harness/mounted-routes.js';
import { type Body, plain, spoiled } from './bodies.js';
import { type Actor, type Backend, backends, type Cast } from './cast.js';
import {
  asLines,
  type Credential,
  goodCredential,
  type Lines,
  oddCredential,
} from './credentials.js';
import { goodEntries, type Scene } from './fields.js';
import { hostileText } from './hostile-values.js';
import { oddHeaders, oddMethod } from './oddities.js';
import type { Random } from './random.js';

/** What may be wrong with a request. */
export type Axis = 'method' | 'parameter' | 'query' | 'credential' | 'headers' | 'body';

/** A request, and what is known of it. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly lines: Lines;
  readonly body?: Buffer;
  /** The route it was made for. */
  readonly route: MountedRoute;
  readonly who: Route['who'];
  /** Whose rights it may have. */
  readonly of: Actor | null;
  /** Who it is about, besides its sender. */
  readonly target: Actor;
  /** What is wrong with it on purpose; nothing, if it should be taken. */
  readonly wrong: readonly Axis[];
}

/** What a route of the application is known to read; of one that nobody has described, everything. */
export function described(mounted: MountedRoute): Omit<Route, 'method'> & { method: string } {
  const [method = 'GET', path = '/'] = mounted.split(' ');
  const known = routes.find((route) => nameOf(route) === mounted.replace(/^HEAD /, 'GET '));
  return { who: 'anyone', ...known, method, path };
}

/** Makes the request of one index. */
export async function requestFor(
  mounted: MountedRoute,
  cast: Cast,
  random: Random,
  isHonest: boolean,
): Promise<FuzzRequest> {
  const route = described(mounted);
  const mayRead = !['GET', 'HEAD'].includes(route.method);
  const reads = mayRead && (route.fields || !isKnown(mounted));
  const wrong = isHonest ? [] : axes(Boolean(reads), route.path.includes(':'), random);
  const backend = backendFor(route.path, random);
  const actor = cast.pick(random, roleFor(route, isHonest, random));
  const target = cast.pick(random, random.pick(['user', 'newcomer', 'user', undefined] as const));
  const scene: Scene = { cast, random, path: route.path, actor, isHonest };
  const credential = await credentialFor(route, scene, backend, wrong.includes('credential'));
  const path = await pathFor(route, scene, { target, backend, wrong });

  let body: Body | undefined;
  if (reads || wrong.includes('body')) {
    const entries = await goodEntries(route, scene);
    body = wrong.includes('body') ? spoiled(entries, random) : plain(entries);
    if (credential.isRefreshCookie && !wrong.includes('body')) body = undefined;
  }
  return {
    method: wrong.includes('method') ? oddMethod(random) : route.method,
    path,
    lines: [
      ...credential.lines,
      ...(body?.type === undefined ? [] : [['content-type', body.type] as const]),
      ...(body?.encoding === undefined ? [] : [['content-encoding', body.encoding] as const]),
      ...(wrong.includes('headers') ? oddHeaders(random) : []),
    ],
    ...(body && { body: body.bytes }),
    ...{ route: mounted, who: route.who, of: credential.of, target, wrong },
  };
}

const isKnown = (mounted: MountedRoute): boolean =>
  routes.some((route) => nameOf(route) === mounted);

/** A quarter is as it should be, most have one thing wrong, some have two. */
function axes(hasBody: boolean, hasParameters: boolean, random: Random): Axis[] {
  const all: Axis[] = [
    ...Array<Axis>(hasBody ? 12 : 1).fill('body'),
    ...Array<Axis>(hasParameters ? 4 : 0).fill('parameter'),
    ...([
      'query',
      'query',
      'credential',
      'credential',
      'credential',
      'headers',
      'headers',
    ] as const),
    'method',
  ];
  const count = random.pick([0, 1, 1, 1, 1, 2, 2]);
  return [...new Set(Array.from({ length: count }, () => random.pick(all)))];
}

function backendFor(path: string, random: Random): Backend {
  return random.pick(path.startsWith('/users/refresh/') ? (['mobile', 'web'] as const) : backends);
}

function roleFor({ who, path }: Pick<Route, 'who' | 'path'>, isHonest: boolean, random: Random) {
  if (!isHonest && random.chance(0.1))
    return random.pick([undefined, undefined, 'inactive'] as const);
  if (path === '/users/request-verify-token') return 'newcomer';
  return who === 'superuser' ? 'superuser' : 'user';
}

interface Chosen extends Credential {
  readonly isRefreshCookie?: boolean;
}

async function credentialFor(
  { who, path }: Pick<Route, 'who' | 'path'>,
  { cast, random, actor }: Scene,
  backend: Backend,
  isOdd: boolean,
): Promise<Chosen> {
  if (isOdd) return oddCredential(cast, actor, random);
  const site = [['sec-fetch-site', 'same-origin']] as const;
  const wallet = await cast.wallet(actor, backend);
  if (who === 'refresh token') {
    return { lines: asLines(wallet.refreshHeaders), of: actor, isRefreshCookie: backend === 'web' };
  }
  if (who === 'credential') return { lines: asLines(wallet.headers), of: actor };
  if (who === 'user' || who === 'superuser') return goodCredential(cast, actor, random);
  return { lines: path.includes(':backend') ? site : [], of: actor };
}

async function pathFor(
  { path: pattern, query: keys = ['x'] }: Pick<Route, 'path' | 'query'>,
  { cast, random, actor }: Scene,
  { target, backend, wrong }: Pick<FuzzRequest, 'target' | 'wrong'> & { readonly backend: Backend },
): Promise<string> {
  const values: Record<string, string> = { id: target.id, backend, sessionId: UNKNOWN_SESSION };
  if (pattern.includes(':sessionId')) {
    const owner = pattern.includes(':id') ? target : actor;
    values['sessionId'] = (await sessionOf(cast, owner)) ?? UNKNOWN_SESSION;
  }
  if (wrong.includes('parameter')) {
    const name = random.pick(Object.keys(values).filter((key) => pattern.includes(`:${key}`)));
    const other: Record<string, string> = { id: UNKNOWN_ID, backend: 'none', sessionId: '0' };
    values[name] = random.chance(0.2) ? (other[name] ?? 'x') : hostileText(random);
  }
  const path = pathOf({ path: pattern }, values);
  const tricks = [
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '/',
    '//',
    '%20',
    '%00',
    ';x=1',
    '.json',
    '?',
    '#x',
  ];
  const tail = wrong.includes('parameter') ? random.pick(tricks) : '';
  if (!wrong.includes('query')) return path + tail;
  const key = random.pick([...keys, 'x', '__proto__', 'access_token', 'token']);
  const value = random.chance(0.4) ? random.pick(GOOD_TEXTS) : hostileText(random);
  const forms = ['[]=1', '[$ne]=', '[a][b]=1', `=1&${key}=${value}`, '', '[=', '[__proto__][x]=1'];
  const form = random.chance(0.7) ? `=${value}` : random.pick(forms);
  return `${path}${tail}?${key}${form}`;
}

const GOOD_TEXTS = ['1', '5', '100', 'true', 'false', 'anna', 'example.org', 'a%25b', 'e30'];

/** A session that somebody has, if anything. */
async function sessionOf(cast: Cast, actor: Actor): Promise<string | undefined> {
  const { headers } = await cast.wallet(actor, 'opaque');
  const { body } = await cast.host.send({ path: '/users/me/sessions', headers });
  return (body?.items ?? body)?.[0]?.id as string | undefined;
}
