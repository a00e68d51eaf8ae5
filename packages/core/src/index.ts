export { canonicalEmail, isSameEmail } from './users/email.js';
export {
  PRIVILEGE_FIELDS,
  SYSTEM_FIELDS,
  type BaseUser,
  type OwnFields,
  type PrivilegeField,
  type SystemField,
  type UserId,
} from './users/user.js';
export {
  UserAdapter,
  type NewUser,
  type UserChanges,
  type UserExpectation,
  type UserListQuery,
  type UserWriteOptions,
} from './users/user.adapter.js';
export {
  BadCredentialsError,
  BadCurrentPasswordError,
  BadResetTokenError,
  InvalidPasswordError,
  InvalidUserDataError,
  LastSuperuserError,
  ServiceUnavailableError,
  UserAlreadyExistsError,
  UserNotFoundError,
  UsersError,
  type FieldError,
  type InvalidPasswordCode,
  type UsersErrorCode,
} from './users/users.errors.js';
