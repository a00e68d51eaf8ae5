import { Entity } from 'typeorm';
import { BaseUserSessionEntity } from './base-user-session.entity.js';

/** The usual table of sessions, `user_sessions`. @publicApi */
@Entity('user_sessions')
export class UserSessionEntity extends BaseUserSessionEntity {}
