import { Entity } from 'typeorm';
import { BaseRateLimitEntity } from './base-rate-limit.entity.js';

/** The usual table of limits, `user_rate_limits`. @publicApi */
@Entity('user_rate_limits')
export class UserRateLimitEntity extends BaseRateLimitEntity {}
