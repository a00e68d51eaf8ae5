import { append, SWAGGER } from './swagger-metadata.js';

/** Describes the query of the list of users. */
export function describeListQuery(): MethodDecorator {
  const flag = { type: 'boolean' };
  return append(
    SWAGGER.parameters,
    query('limit', 'Users on the page.', {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 20,
    }),
    query('cursor', '`nextCursor` of the page before; the first page if absent.', {
      type: 'string',
    }),
    query('email', 'Only the user with this address, in whatever spelling.', {
      type: 'string',
      format: 'email',
    }),
    query('search', 'Only users whose address contains this text.', {
      type: 'string',
      minLength: 1,
      maxLength: 254,
    }),
    query('isActive', 'Only active users, or only inactive ones.', flag),
    query('isSuperuser', 'Only superusers, or only others.', flag),
    query('isVerified', 'Only users whose address is verified, or is not.', flag),
  );
}

function query(name: string, description: string, schema: object): object {
  return { name, in: 'query', required: false, description, schema };
}
