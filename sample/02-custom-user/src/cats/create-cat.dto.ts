import { IsString, Length } from 'class-validator';

export class CreateCat {
  @IsString()
  @Length(1, 80)
  name!: string;
}
