import { applyDecorators, type Type } from '@nestjs/common';
import { exportOf, JwksDto, pageOf, RenewedTokenDto, SessionListDto, TokenDto } from './answers.js';
import { describeOutput } from './describe-output.js';
import { schemaName } from './properties.js';
import { append, merge, SWAGGER } from './swagger-metadata.js';

/** What a route answers when it did what it was asked for. */
export interface SuccessDescription {
  readonly status: number;
  /** One read model. */
  readonly model?: Type<object>;
  /** Beside the model there may be a new credential. */
  readonly renews?: boolean;
  /** A page of read models. */
  readonly page?: Type<object>;
  /** What is known about a user, shown by this read model. */
  readonly exported?: Type<object>;
  /** A list of sessions. */
  readonly sessions?: boolean;
  /** A list of public keys. */
  readonly keys?: boolean;
  /** A fresh credential for the caller: a token, or a cookie. */
  readonly renewal?: boolean;
  /** What a refresh answers: as a login does. */
  readonly refresh?: boolean;
  /** What a login answers: a token, or a cookie. */
  readonly login?: boolean;
  /** What a logout answers, whether or not the backend can end the one credential. */
  readonly logout?: boolean;
}

/** Describes the answers of a route that worked. */
export function describeSuccess(success: SuccessDescription): MethodDecorator {
  const { status, model, renews, page, exported, login, logout, sessions } = success;
  const { refresh, renewal, keys } = success;
  if (model) describeOutput(model);
  if (login || refresh || renewal) return merge(SWAGGER.responses, LOGIN);
  if (logout) return merge(SWAGGER.responses, LOGOUT);
  if (model && renews) return renewed(status, model);
  const type =
    model ??
    (page && pageOf(page)) ??
    (exported && exportOf(exported)) ??
    (sessions ? SessionListDto : undefined) ??
    (keys ? JwksDto : undefined);
  return merge(SWAGGER.responses, { [status]: { description: 'Done.', ...(type && { type }) } });
}

const LOGIN = {
  200: { description: 'The token.', type: TokenDto },
  204: {
    description: 'The cookie is set.',
    headers: { 'Set-Cookie': { schema: { type: 'string' } } },
  },
};

const LOGOUT = {
  202: {
    description:
      'The client must forget the credential: this backend cannot end a single one before it expires.',
  },
  204: { description: 'The credential is dead.' },
};

function renewed(status: number, model: Type<object>): MethodDecorator {
  const parts = [model, RenewedTokenDto];
  const schema = {
    allOf: parts.map((part) => ({ $ref: `#/components/schemas/${schemaName(part)}` })),
  };
  return applyDecorators(
    append(SWAGGER.extraModels, ...parts),
    merge(SWAGGER.responses, { [status]: { description: 'Done.', schema } }),
  );
}
