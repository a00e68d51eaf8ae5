import { Args, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { Authenticated, CurrentUser } from '@nestjs-users/core';
import type { User } from '../users/user.entity.js';
import { Note } from './note.type.js';
import { NotesService } from './notes.service.js';

@Resolver(() => Note)
@Authenticated()
export class NotesResolver {
  constructor(private readonly notes: NotesService) {}

  @Query(() => [Note])
  myNotes(@CurrentUser() user: User): Note[] {
    return this.notes.of(user.id);
  }

  /** Strangers hear it too: `optional` on a field opens what the class closes. */
  @Query(() => Int)
  @Authenticated({ optional: true })
  noteCount(@CurrentUser() user: User | null): number {
    return user ? this.notes.of(user.id).length : 0;
  }

  @Mutation(() => Note)
  addNote(@Args('text', { type: () => String }) text: string, @CurrentUser() user: User): Note {
    return this.notes.add(user.id, text);
  }

  @Subscription(() => Note, { resolve: (note: Note) => note })
  noteAdded(@CurrentUser() user: User): AsyncGenerator<Note> {
    return this.notes.addedBy(user.id);
  }
}
