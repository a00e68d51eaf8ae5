import { createRequire } from 'node:module';
import { Expose, Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDate,
  IsEnum,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { expect, it } from 'vitest';
import { CreateUserDto, UpdateUserDto, UserDto } from '../index.js';
import { describeInput } from './describe-input.js';
import { describeOutput } from './describe-output.js';
import { SWAGGER } from './swagger-metadata.js';

/** As the application has it; this folder itself must not import it. */
const { ApiProperty } = createRequire(import.meta.url)(
  '@nestjs/swagger',
) as typeof import('@nestjs/swagger');

function propertiesOf(model: new () => object): Record<string, Record<string, unknown>> {
  const prototype = model.prototype as object;
  const list = (Reflect.getMetadata(SWAGGER.propertyNames, prototype) ?? []) as string[];
  const names = list.map((entry) => entry.slice(1));
  return Object.fromEntries(
    names.map((name) => [name, Reflect.getMetadata(SWAGGER.properties, prototype, name)]),
  ) as Record<string, Record<string, unknown>>;
}

enum Size {
  Small = 'small',
  Large = 'large',
}

class Address {
  @IsString() street!: string;
}

it('reads types, limits and lists of an input from its rules', () => {
  class Input {
    @IsInt() @Min(1) @Max(9) count!: number;
    @Length(2, 5) code!: string;
    @Matches(/^[a-z]+$/) word!: string;
    @IsEnum(Size) size!: Size;
    @IsIn(['red', 'blue']) colour!: string;
    @IsBoolean() flag!: boolean;
    @IsOptional() @IsString() maybe?: string;
    @IsArray() @IsString({ each: true }) @ArrayMaxSize(3) tags!: string[];
    @Type(() => Date) @IsDate() born!: Date;
    @ValidateNested() @Type(() => Address) address!: Address;
    @ValidateNested({ each: true }) @Type(() => Address) addresses!: Address[];
    undecorated?: string;
  }
  describeInput(Input);
  expect(propertiesOf(Input)).toMatchObject({
    count: { type: 'integer', minimum: 1, maximum: 9, required: true },
    code: { type: 'string', minLength: 2, maxLength: 5 },
    word: { type: 'string', pattern: '^[a-z]+$' },
    size: { type: 'string', enum: ['small', 'large'] },
    colour: { type: 'string', enum: ['red', 'blue'] },
    flag: { type: 'boolean' },
    maybe: { type: 'string', required: false, nullable: true },
    tags: { type: 'string', isArray: true, maxItems: 3 },
    born: { type: 'string', format: 'date-time' },
    address: { type: Address, isArray: false },
    addresses: { type: Address, isArray: true },
  });
  expect(Object.keys(propertiesOf(Input))).not.toContain('undecorated');
  expect(propertiesOf(Address)).toMatchObject({ street: { type: 'string' } });
});

it('shows a model that contains itself', () => {
  class Tree {
    @IsString() name!: string;
    @ValidateNested({ each: true }) @Type(() => Tree) children!: Tree[];
  }
  describeInput(Tree);
  expect(propertiesOf(Tree)).toMatchObject({ children: { type: Tree, isArray: true } });
});

it('keeps the fields of subclasses apart from each other and from their parent', () => {
  class Cat extends CreateUserDto {
    @IsString() fur!: string;
  }
  class Fish extends CreateUserDto {
    @IsString() scales!: string;
    @MinLength(12) declare password: string;
  }
  for (const model of [Fish, CreateUserDto, Cat]) describeInput(model);
  expect(Object.keys(propertiesOf(Cat))).toEqual(['email', 'password', 'fur']);
  expect(Object.keys(propertiesOf(Fish)).toSorted()).toEqual(['email', 'password', 'scales']);
  expect(Object.keys(propertiesOf(CreateUserDto))).toEqual(['email', 'password']);
  expect(propertiesOf(Fish)['password']).toMatchObject({ minLength: 12 });
  expect(propertiesOf(Cat)['password']).not.toHaveProperty('minLength');
});

it('does not show fields that the route drops, nor those derived for a parent', () => {
  class Register extends UserDto {
    @IsString() password!: string;
    @IsBoolean() declare isActive: boolean;
  }
  describeOutput(UserDto);
  describeInput(Register, ['isActive']);
  expect(Object.keys(propertiesOf(Register))).toEqual(['password']);
});

it('reads the fields of an output without running its transformations', () => {
  class City {
    @Expose() name!: string;
  }
  class Output extends UserDto {
    @Expose() @Transform(({ value }) => (value as Date).toISOString()) createdAt!: string;
    @Expose() @Type(() => City) city!: City;
    secret?: string;
  }
  describeOutput(Output);
  const properties = propertiesOf(Output);
  expect(Object.keys(properties)).toEqual([
    'id',
    'email',
    'isActive',
    'isSuperuser',
    'isVerified',
    'createdAt',
    'city',
  ]);
  expect(properties).toMatchObject({
    id: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    createdAt: { type: 'string', required: false, nullable: true },
    city: { type: City },
  });
});

it('leaves alone what @ApiProperty() and the CLI plugin describe, and what they hide', () => {
  class Update extends UpdateUserDto {
    static _OPENAPI_METADATA_FACTORY(): object {
      return { nickname: { required: true, type: () => String, description: 'by the plugin' } };
    }
    @IsString() nickname!: string;
    @IsString() hidden!: string;
    @ApiProperty({ type: Number }) @IsString() odd!: string;
  }
  describeInput(Update);
  const properties = propertiesOf(Update);
  expect(Object.keys(properties).toSorted()).toEqual([
    'currentPassword',
    'email',
    'nickname',
    'odd',
    'password',
  ]);
  expect(properties['odd']).toMatchObject({ type: Number });
  // Swagger asks the plugin when it makes the document.
  expect(properties['nickname']).toBeUndefined();
});
