import { EventEmitter, on } from 'node:events';
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Note } from './note.type.js';

/** Notes of each user, in memory: this sample is about who asks. */
@Injectable()
export class NotesService {
  private readonly notes = new Map<string, Note[]>();
  private readonly added = new EventEmitter();

  of(userId: string): Note[] {
    return this.notes.get(userId) ?? [];
  }

  add(userId: string, text: string): Note {
    const note = { id: randomUUID(), text };
    this.notes.set(userId, [...this.of(userId), note]);
    this.added.emit(userId, note);
    return note;
  }

  async *addedBy(userId: string): AsyncGenerator<Note> {
    for await (const [note] of on(this.added, userId)) yield note as Note;
  }
}
