import { Authenticated, CurrentUser } from '@nestjs-users/core';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Field, GraphQLModule, ObjectType, Query, Resolver, Subscription } from '@nestjs/graphql';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Answer } from '../harness/client.js';
import { tokenOf } from '../harness/doors.js';
import type { Host } from '../harness/host.js';
import type { User } from '../harness/models.js';
import { backends, newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

@ObjectType()
class Person {
  @Field(() => String) email!: string;
}

const nameOf = (user: User | null) => user?.email ?? 'nobody';

@Resolver(() => Person)
class PeopleResolver {
  @Query(() => String)
  open(@CurrentUser() user: User | null): string {
    return nameOf(user);
  }

  @Query(() => Person)
  @Authenticated()
  me(@CurrentUser() user: User): Person {
    return { email: user.email };
  }

  @Query(() => String)
  @Authenticated({ optional: true })
  maybe(@CurrentUser() user: User | null): string {
    return nameOf(user);
  }

  @Query(() => String)
  @Authenticated({ optional: true, backends: ['cookie'] })
  byCookie(@CurrentUser() user: User | null): string {
    return nameOf(user);
  }

  @Query(() => String)
  @Authenticated({ superuser: true })
  secret(@CurrentUser() user: User): string {
    return nameOf(user);
  }

  @Query(() => String)
  @Authenticated({ verified: true })
  verified(@CurrentUser() user: User): string {
    return nameOf(user);
  }

  @Subscription(() => String, { resolve: (text: string) => text })
  @Authenticated()
  async *greetings(@CurrentUser() user: User): AsyncGenerator<string> {
    yield `Hello, ${user.email}`;
  }
}

function ask(host: Host, query: string, headers = {}): Promise<Answer> {
  return host.send({ method: 'POST', path: '/graphql', headers, body: { query } });
}

tell(
  'GraphQL',
  // The hostile flavour's filter knows HTTP only.
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it('knows who asks', async () => {
        const anna = await newcomer(stage.host, backend);
        const { body } = await ask(stage.host, '{ me { email } maybe open }', anna.credential);
        expect(body.data).toEqual({ me: { email: anna.email }, maybe: anna.email, open: 'nobody' });
      });

      it('AC-05: the fields of one request are judged apart, each by its own demands', async () => {
        const anna = await newcomer(stage.host, backend);
        const fields = '{ a: maybe b: byCookie c: maybe d: byCookie e: open me { email } }';
        const { body } = await ask(stage.host, fields, anna.credential);
        const byCookie = backend === 'cookie' ? anna.email : 'nobody';
        const { email } = anna;
        expect(body.data).toEqual({
          ...{ a: email, b: byCookie, c: email, d: byCookie },
          ...{ e: 'nobody', me: { email } },
        });
      });

      it('AC-05: rights are judged at each request', async () => {
        await newcomer(stage.host, backend, { isSuperuser: true });
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        expect((await ask(stage.host, '{ secret }', admin.credential)).body.data).toEqual({
          secret: admin.email,
        });
        await stage.host.users.update({ id: admin.id }, { isSuperuser: false });
        expect((await ask(stage.host, '{ secret }', admin.credential)).body.errors).toEqual([
          refusal('secret', 'FORBIDDEN', 403, 'FORBIDDEN'),
        ]);
        await stage.host.users.revokeCredentials({ id: admin.id });
        expect((await ask(stage.host, '{ maybe }', admin.credential)).body.data).toEqual({
          maybe: 'nobody',
        });
      });
    });

    it('CF-04: nobody gets in, and hears it as GraphQL tells it', async () => {
      for (const headers of [{}, { authorization: 'Bearer nonsense' }]) {
        const { body } = await ask(stage.host, '{ me { email } }', headers);
        expect(body.errors).toEqual([refusal('me', 'UNAUTHENTICATED', 401, 'UNAUTHORIZED')]);
        expect(body.data).toBeNull();
      }
      // Whoever is refused writes nothing into the log.
      expect(stage.host.log.filter((line) => line.includes('Log in first'))).toEqual([]);
      const anna = await newcomer(stage.host);
      const { body } = await ask(stage.host, '{ verified }', anna.credential);
      expect(body.errors).toEqual([refusal('verified', 'FORBIDDEN', 403, 'FORBIDDEN')]);
    });

    it('CK-02: another site’s page cannot ask with a cookie', async () => {
      const anna = await newcomer(stage.host, 'cookie');
      const headers = { ...anna.credential, 'sec-fetch-site': 'cross-site' };
      const { body } = await ask(stage.host, '{ me { email } }', headers);
      expect(body.errors).toEqual([refusal('me', 'FORBIDDEN', 403, 'CSRF_REJECTED')]);
    });

    it('knows who subscribes, by what the client says when it connects', async () => {
      const anna = await newcomer(stage.host);
      const authorization = `Bearer ${await tokenOf(anna, 'jwt')}`;
      expect(await subscribe(stage.host, { authorization })).toEqual({
        data: { greetings: `Hello, ${anna.email}` },
      });
      for (const params of [{}, { authorization: 'Bearer nonsense' }]) {
        const { errors } = await subscribe(stage.host, params);
        expect(errors).toEqual([refusal('greetings', 'UNAUTHENTICATED', 401, 'UNAUTHORIZED')]);
      }
    });
  },
  {
    imports: [
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        graphiql: false,
        includeStacktraceInErrorResponses: false,
        subscriptions: { 'graphql-ws': true },
      }),
    ],
    providers: [PeopleResolver],
  },
);

function refusal(field: string, code: string, statusCode: number, own: string): unknown {
  return {
    message: expect.any(String),
    locations: expect.any(Array),
    path: [field],
    extensions: { code, originalError: expect.objectContaining({ statusCode, code: own }) },
  };
}

/** The first event of a subscription, or what it fails with. */
async function subscribe(host: Host, connectionParams: object): Promise<{ errors?: unknown }> {
  const client = createClient({
    url: `${host.origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: connectionParams as Record<string, unknown>,
    retryAttempts: 0,
  });
  try {
    for await (const event of client.iterate({ query: 'subscription { greetings }' })) {
      return event as { errors?: unknown };
    }
    return {};
  } catch (errors) {
    return { errors };
  } finally {
    await client.dispose();
  }
}
