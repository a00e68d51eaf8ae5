import type { INestApplication } from '@nestjs/common';

/** A route as the platform's router knows it: `GET /users/:id`. */
export type MountedRoute = string;

interface ExpressApp {
  readonly router: {
    readonly stack: readonly {
      readonly route?: {
        readonly path: string;
        readonly methods: Readonly<Record<string, boolean>>;
      };
    }[];
  };
}

interface FastifyApp {
  addHook(
    name: 'onRoute',
    hook: (route: { method: string | readonly string[]; url: string }) => void,
  ): void;
}

const noted = new WeakMap<INestApplication, MountedRoute[]>();

/** Fastify tells its routes while they are added: pass this to a host as `configure`. */
export function noteRoutes(app: INestApplication): void {
  if (app.getHttpAdapter().getType() !== 'fastify') return;
  const routes: MountedRoute[] = [];
  noted.set(app, routes);
  (app.getHttpAdapter().getInstance() as FastifyApp).addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((name) => `${name} ${url}`));
  });
}

/** All routes that the platform's router has, in the order of their names. */
export function mountedRoutes(app: INestApplication): MountedRoute[] {
  const routes = noted.get(app) ?? expressRoutes(app.getHttpAdapter().getInstance() as ExpressApp);
  return [...new Set(routes)].toSorted();
}

function expressRoutes({ router }: ExpressApp): MountedRoute[] {
  return router.stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((name) => `${name.toUpperCase()} ${route.path}`) : [],
  );
}
