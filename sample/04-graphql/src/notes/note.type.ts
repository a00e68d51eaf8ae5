import { Field, ID, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class Note {
  @Field(() => ID) id!: string;
  @Field() text!: string;
}
