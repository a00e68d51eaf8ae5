import { applyDecorators } from '@nestjs/common';
import { swagger } from './swagger.js';

/** Describes the query of the list of users. */
export function describeListQuery(): MethodDecorator {
  if (!swagger) return applyDecorators();
  const { ApiQuery } = swagger;
  const flag = (name: string, description: string): MethodDecorator =>
    ApiQuery({ name, description, required: false, type: 'boolean' });
  return applyDecorators(
    ApiQuery({
      name: 'limit',
      description: 'Users on the page.',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    }),
    ApiQuery({
      name: 'cursor',
      description: '`nextCursor` of the page before; the first page if absent.',
      required: false,
      type: 'string',
    }),
    ApiQuery({
      name: 'email',
      description: 'Only the user with this address, in whatever spelling.',
      required: false,
      schema: { type: 'string', format: 'email' },
    }),
    flag('isActive', 'Only active users, or only inactive ones.'),
    flag('isSuperuser', 'Only superusers, or only others.'),
    flag('isVerified', 'Only users whose address is verified, or is not.'),
  );
}
