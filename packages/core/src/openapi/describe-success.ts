import { applyDecorators, type Type } from '@nestjs/common';
import { pageOf, RenewedTokenDto, TokenDto } from './answers.js';
import { describeOutput } from './describe-output.js';
import { swagger } from './swagger.js';

/** What a route answers when it did what it was asked for. */
export interface SuccessDescription {
  readonly status: number;
  /** One read model. */
  readonly model?: Type<object>;
  /** Beside the model there may be a new credential. */
  readonly renews?: boolean;
  /** A page of read models. */
  readonly page?: Type<object>;
  /** What a login answers: a token, or a cookie. */
  readonly login?: boolean;
  /** What a logout answers, whether or not the backend can end the one credential. */
  readonly logout?: boolean;
}

/** Describes the answers of a route that worked. */
export function describeSuccess(success: SuccessDescription): MethodDecorator {
  if (!swagger) return applyDecorators();
  const { ApiResponse } = swagger;
  const { status, model, renews, page, login, logout } = success;
  if (model) describeOutput(model);
  if (model && renews) return renewed(status, model);
  if (login) {
    return applyDecorators(
      ApiResponse({ status: 200, description: 'The token.', type: TokenDto }),
      ApiResponse({ status: 204, description: 'The cookie is set.', headers: SET_COOKIE }),
    );
  }
  if (logout) {
    return applyDecorators(
      ApiResponse({ status: 204, description: 'The credential is dead.' }),
      ApiResponse({ status: 202, description: CANNOT_END }),
    );
  }
  const type = model ?? (page && pageOf(page));
  return ApiResponse({ status, description: 'Done.', ...(type && { type }) });
}

const CANNOT_END =
  'The client must forget the credential: this backend cannot end a single one before it expires.';

const SET_COOKIE = { 'Set-Cookie': { schema: { type: 'string' as const } } };

function renewed(status: number, model: Type<object>): MethodDecorator {
  const { ApiExtraModels, ApiResponse, getSchemaPath } = swagger!;
  return applyDecorators(
    ApiExtraModels(model, RenewedTokenDto),
    ApiResponse({
      status,
      description: 'Done.',
      schema: {
        allOf: [model, RenewedTokenDto].map((part) => ({ $ref: getSchemaPath(part) })),
      },
    }),
  );
}
