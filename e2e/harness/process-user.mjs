import { EntitySchema } from 'typeorm';

/** The user of {@link file://./process-app.mjs}: a schema instead of decorators, which plain JavaScript lacks. */
export const Users = new EntitySchema({
  name: 'User',
  tableName: 'users',
  columns: {
    id: { type: Number, primary: true, generated: 'increment' },
    email: { type: String, length: 254 },
    canonicalEmail: { type: String, length: 320 },
    pendingEmail: { type: String, length: 254, nullable: true },
    hashedPassword: { type: String, length: 255, nullable: true },
    securityStamp: { type: String, length: 32 },
    isActive: { type: Boolean },
    isSuperuser: { type: Boolean },
    isVerified: { type: Boolean },
    createdAt: { type: Date },
    updatedAt: { type: Date },
  },
  indices: [{ columns: ['canonicalEmail'], unique: true }],
});
