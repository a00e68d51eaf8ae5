import { Injectable, Logger } from '@nestjs/common';
import { OnUserTokenReused, type UserTokenReusedEvent } from '@nestjs-users/core';
import type { User } from './user.entity.js';

/** A refresh token that is used twice was copied. The session is over; its owner should hear why. */
@Injectable()
export class TheftListener {
  private readonly logger = new Logger(TheftListener.name);

  @OnUserTokenReused()
  tellOwner({ user, session, client }: UserTokenReusedEvent<User>): void {
    this.logger.warn(
      `Stolen: a session of ${user.id}, begun at ${session.address}, used at ${client.address}.`,
    );
  }
}
