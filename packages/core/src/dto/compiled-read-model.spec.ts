import 'reflect-metadata';
import { Exclude, Expose, plainToInstance, Transform, Type } from 'class-transformer';
import { describe, expect, it } from 'vitest';
import { compileReadModel } from './compiled-read-model.js';
import { UserDto } from './user.dto.js';

class Plain extends UserDto {
  @Expose() firstName?: string | null;
  @Expose() bornAt?: Date;
  @Expose() score?: number;
  nowhere = 'by the constructor';
}

class Overriding extends Plain {
  @Expose() override email = 'nobody@example.org';
}

class Renamed extends UserDto {
  @Expose({ name: 'first_name' }) firstName?: string;
}
class Grouped extends UserDto {
  @Expose({ groups: ['friends'] }) firstName?: string;
}
class Transformed extends UserDto {
  @Expose() @Transform(({ value }) => String(value).toUpperCase()) firstName?: string;
}
class Typed extends UserDto {
  @Expose() @Type(() => Plain) friend?: Plain;
}
class Excluding extends UserDto {
  @Exclude() firstName?: string;
}
@Exclude()
class ExcludingAll extends UserDto {
  @Expose() firstName?: string;
}
class Computed extends UserDto {
  firstName?: string;
  @Expose() get name(): string {
    return 'computed';
  }
}
class Bare {
  firstName?: string;
}

/** As a row comes out of a database, with what must not be shown. */
const row = {
  id: '7',
  email: 'anna@example.org',
  isActive: true,
  isSuperuser: false,
  isVerified: true,
  hashedPassword: 'secret',
  securityStamp: 'secret',
  firstName: null,
  bornAt: new Date('2000-02-29T12:00:00Z'),
  score: 0,
};
const options = { excludeExtraneousValues: true, exposeUnsetFields: false };

describe('A compiled read model', () => {
  it.each([UserDto, Plain, Overriding])('%s shows what class-transformer shows', (model) => {
    const compiled = compileReadModel<object>(model);
    for (const source of [row, { ...row, firstName: undefined }, { id: 1 }, {}]) {
      const shown = compiled?.(source);
      expect(shown).toBeInstanceOf(model);
      expect(shown).toEqual(plainToInstance(model, source, options));
      expect(Object.keys(shown ?? {}).toSorted()).toEqual(
        Object.keys(plainToInstance(model, source, options)).toSorted(),
      );
    }
  });

  it('shares no date with its source', () => {
    const shown = compileReadModel(Plain)?.(row);
    expect(shown?.bornAt).toEqual(row.bornAt);
    expect(shown?.bornAt).not.toBe(row.bornAt);
  });

  it.each([
    ['an object', { street: 'x' }],
    ['a list', ['x']],
    ['a class', new Plain()],
    ['bytes', Buffer.from('x')],
    ['a function', () => 'x'],
  ])('leaves %s to class-transformer', (_title, firstName) => {
    expect(compileReadModel(Plain)?.({ ...row, firstName })).toBeUndefined();
  });

  it.each([Renamed, Grouped, Transformed, Typed, Excluding, ExcludingAll, Computed, Bare])(
    'is not made of %s',
    (model) => {
      expect(compileReadModel<object>(model)).toBeUndefined();
    },
  );
});
