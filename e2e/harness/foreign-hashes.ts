import { firebaseHash } from '@nestjs-users/core';

/** A hash that another system has made. */
export interface ForeignHash {
  readonly format: 'argon2' | 'bcrypt' | 'betterAuth' | 'django' | 'firebase' | 'scrypt';
  /** What has made it. */
  readonly origin: string;
  readonly password: string;
  readonly hash: string;
}

/** ASCII: the same in every form of Unicode. */
export const PLAIN = 'correct horse battery staple';

/** NFKC changes it: a micro sign, a superscript, a ligature, a fraction, a combining accent. */
export const ODD = 'Gr\u00fc\u00dfe \u00b5\u00b2 \ufb01n\u00bd \u{1F40E} e\u0301';

/** The project of the README of github.com/firebase/scrypt. */
export const FIREBASE_PROJECT = {
  signerKey:
    'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
  saltSeparator: 'Bw==',
  rounds: 8,
  memCost: 14,
};

/**
 * Hashes made by the original tools, each once, by what `origin` says: Django, argon2-cffi, passlib
 * and bcrypt as Debian 12 packages them (`python3-django`, `python3-argon2`, `python3-passlib`,
 * `python3-bcrypt`), PHP of Debian 12, Better Auth from npm. None was made by this library.
 *
 * Firebase publishes one example; Google's tool is not packaged, so the others are of an independent
 * implementation, which gives the published hash for the published example.
 *
 * These are of low cost, or of the only one that there is, so that stories do not wait for them.
 */
export const cheapForeignHashes: readonly ForeignHash[] = [
  {
    format: 'django',
    origin: 'Django 3.2.25 PBKDF2PasswordHasher.encode, 1,000 iterations',
    password: ODD,
    hash: 'pbkdf2_sha256$1000$Qi96rwygfOrYg4wKLDQ4Ko$ClUb3JAB3P+3mwuwFunwRP1sroQU836JFcewFE49gms=',
  },
  {
    format: 'argon2',
    origin: 'Django 3.2.25 Argon2PasswordHasher.encode, 1 MiB',
    password: ODD,
    hash: 'argon2$argon2id$v=19$m=1024,t=2,p=1$SmVZZFZDRURwSlEyRWY4cGFUWXZKMA$qwPTLSbQRlPvTKqW+LtK3w',
  },
  {
    format: 'argon2',
    origin: 'argon2-cffi 21.1.0 PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1)',
    password: ODD,
    hash: '$argon2id$v=19$m=1024,t=2,p=1$CfmtijfehMNtz8zPbCaQJg$a5nAWgJWFwU3zkX7+R8FqQ',
  },
  {
    format: 'scrypt',
    origin: 'passlib 1.7.4 scrypt.using(rounds=10).hash',
    password: ODD,
    hash: '$scrypt$ln=10,r=8,p=1$mJOSUqp1DsF4b+3dG0NIKQ$UuBRs3x94K2AtuTWySuWim/BEFzO/H4Lkj1YrUMfAz4',
  },
  {
    format: 'bcrypt',
    origin: 'bcrypt (Python) 3.2.2 hashpw, $2a$, cost 6',
    password: ODD,
    hash: '$2a$06$hH5SVOxE5sYDa9IHjKPOFu9QvLu6mDoGKKcEQfFP8RdcdkQVQGTfm',
  },
  {
    format: 'bcrypt',
    origin: 'bcrypt (Python) 3.2.2 hashpw, $2b$, cost 6',
    password: ODD,
    hash: '$2b$06$wzbU1x3afqlM1CdCo2lw/O7lJONhxFPGPx5EhcCXUpjVqmTpAdcn2',
  },
  {
    format: 'bcrypt',
    origin: 'passlib 1.7.4 bcrypt.using(ident="2y", rounds=6)',
    password: ODD,
    hash: '$2y$06$30DZm99OwHE/qUlWMrhfqe26.JtWLWMjMuJznLA8oeHfvkGBEJy9K',
  },
  {
    format: 'betterAuth',
    origin: 'better-auth 1.7.25 hashPassword',
    password: ODD,
    hash: 'd1d3a3c960bb5d1cd3ec67531572e43a:0c483dea2652f5d8a1a7b733a8e2564eb866b8eeea74f6a6884ceef401c33d75a56b1dca54f4d64a3718e2eb34bd6e9efcc2ff5c13044c3c0e8e05819dd39f85',
  },
  {
    format: 'firebase',
    origin: 'firebase-scrypt 2.2.0 (npm)',
    password: ODD,
    hash: firebaseHash({
      passwordHash:
        'UEYcX8u3RkJXw5gyGdAaGWc3joK5WK6blR6mJV29qz0U5L9Yc4PodiUEANFTR8BBnD/0CaJD8CsbxfFe2DojsA==',
      salt: '4wYx+GbnJ3N5Zg==',
    }),
  },
];

/** The same, of the cost that the tools have by themselves, and of rarer kinds. */
export const foreignHashes: readonly ForeignHash[] = [
  ...cheapForeignHashes,
  {
    format: 'django',
    origin: 'Django 3.2.25 make_password',
    password: PLAIN,
    hash: 'pbkdf2_sha256$260000$JWig9ekJRBIyNtI5JtklZl$OVPFUvfLdytRbFZZlX0bzMm+mj05YI/uBie29hFcxik=',
  },
  {
    format: 'django',
    origin: 'Django 3.2.25 make_password',
    password: ODD,
    hash: 'pbkdf2_sha256$260000$74Pz1eNyi4QPSvGQJRcBtF$GWbtaHn2X6AVwDwXaIKKqCi43KiX1XOBB9mKxJZYU1s=',
  },
  {
    format: 'django',
    origin: 'Django 3.2.25 PBKDF2PasswordHasher.encode, 1,000 iterations',
    password: PLAIN,
    hash: 'pbkdf2_sha256$1000$seasalt2026$9SfXyPsuA2CvmGyQ+ktSDNzbjSdXEwglcS5LQLVRQSc=',
  },
  {
    format: 'argon2',
    origin: 'Django 3.2.25 make_password',
    password: PLAIN,
    hash: 'argon2$argon2id$v=19$m=102400,t=2,p=8$aWtuMWMyZ1dHRWh1V01FNjhabnpvcw$yYcoXgnDoQAf1eR+ojQCQg',
  },
  {
    format: 'argon2',
    origin: 'Django 3.2.25 make_password',
    password: ODD,
    hash: 'argon2$argon2id$v=19$m=102400,t=2,p=8$eUppc3ZPNWh1Nmx3SURrb0tnUno1Wg$IZEOIqaUyHbJg/iR2rfZ1A',
  },
  {
    format: 'argon2',
    origin: 'argon2-cffi 21.1.0 PasswordHasher().hash',
    password: PLAIN,
    hash: '$argon2id$v=19$m=65536,t=3,p=4$/8+zKv6x6H3mVmP1gex0Iw$Ns/PCf3v8i4QmMcIbxKp7A',
  },
  {
    format: 'argon2',
    origin: 'argon2-cffi 21.1.0 PasswordHasher().hash',
    password: ODD,
    hash: '$argon2id$v=19$m=65536,t=3,p=4$C60jD/x6iiD284nPNa77WA$V+ok9JBvuD+zJnvpmr9fSQ',
  },
  {
    format: 'argon2',
    origin:
      'argon2-cffi 21.1.0 PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1, type=Type.I)',
    password: PLAIN,
    hash: '$argon2i$v=19$m=1024,t=2,p=1$wF/0t1Zo4fC3V5/NFe9QaA$nMJJpu/QOkzgXJ+1HLco8A',
  },
  {
    format: 'argon2',
    origin:
      'argon2-cffi 21.1.0 PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1, type=Type.D)',
    password: PLAIN,
    hash: '$argon2d$v=19$m=1024,t=2,p=1$E8j7mKDwhtqTFy2OFo3JIQ$5XEVUWU6+y6CnfoMzNI6Zg',
  },
  {
    format: 'argon2',
    origin:
      'argon2-cffi 21.1.0 PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1, type=Type.ID)',
    password: PLAIN,
    hash: '$argon2id$v=19$m=1024,t=2,p=1$O1izM2GaRfSWYbZyaQJ/Qg$mfr7MloBG+wxoJUe6kVI9g',
  },
  {
    format: 'argon2',
    origin: 'argon2-cffi 21.1.0 low_level.hash_secret, version=16',
    password: PLAIN,
    hash: '$argon2i$v=16$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$5swYc1+45Y5R97JBtaEcsgkTxBtFC4uCW002Gy6sHXk',
  },
  {
    format: 'scrypt',
    origin: 'passlib 1.7.4 scrypt.hash',
    password: PLAIN,
    hash: '$scrypt$ln=16,r=8,p=1$d+79f29NaU1JqXUO4Ryj9A$2dJaP+nhYEAlq45FpLWfOC+bRTscOSO10fcEct/c7Go',
  },
  {
    format: 'scrypt',
    origin: 'passlib 1.7.4 scrypt.hash',
    password: ODD,
    hash: '$scrypt$ln=16,r=8,p=1$yLmXMgYAYCxFaM35v7c2pg$vKfbxrwWSjHG+vxQb/664wBsgUZO0ueY1u9xcB8PKZs',
  },
  {
    format: 'scrypt',
    origin: 'passlib 1.7.4 scrypt.using(rounds=10, block_size=4, parallelism=3).hash',
    password: PLAIN,
    hash: '$scrypt$ln=10,r=4,p=3$CqEUonSO0ZqTMua8l5KyVg$MkN8d3mRntHo350RvolqBxME86u2Qpjr3+Eos4toNV0',
  },
  {
    format: 'bcrypt',
    origin: 'bcrypt (Python) 3.2.2 hashpw, $2b$',
    password: PLAIN,
    hash: '$2b$10$k4H9.CkPOHeqJ6A8U9gXE.8Qheg/w8UObNnCkEmkq1r5ikmZpht4e',
  },
  {
    format: 'bcrypt',
    origin: 'bcrypt (Python) 3.2.2 hashpw, $2b$',
    password: ODD,
    hash: '$2b$10$SuJobF1tk2JnGh32h3TV8uy9U3a63TnJxzai4jngDC6G4AZzQyltm',
  },
  {
    format: 'bcrypt',
    origin: 'bcrypt (Python) 3.2.2 hashpw, $2a$',
    password: PLAIN,
    hash: '$2a$06$OyusO56BLBftrp8h2kwoEeHoyLEMK29VNf0wmESAz7v/8JmRqC8/6',
  },
  {
    format: 'bcrypt',
    origin: 'passlib 1.7.4 bcrypt.using(ident="2y", rounds=6)',
    password: PLAIN,
    hash: '$2y$06$bLiUXTUpoXdVf.HvFdMmeOWFSnh2T6EsA0ta96I/QSH0vlPfAZPZm',
  },
  {
    format: 'bcrypt',
    origin: 'passlib 1.7.4 bcrypt_sha256.using(rounds=6)',
    password: PLAIN,
    hash: '$bcrypt-sha256$v=2,t=2b,r=6$NZTOToz2/kJtDpr5CyWg7O$l7IbyuYjGOcLmPobK5TKGFBTkrGjckO',
  },
  {
    format: 'argon2',
    origin: 'PHP 8.2.36 password_hash, PASSWORD_ARGON2ID',
    password: PLAIN,
    hash: '$argon2id$v=19$m=65536,t=4,p=1$eEJTUE1INkdTZFc3SjJlVA$Dth9UPTKJRlVA1IuGCy8+XdfgnVcAbtMzH4fpZTYCCU',
  },
  {
    format: 'bcrypt',
    origin: 'PHP 8.2.36 password_hash, PASSWORD_BCRYPT, cost 10',
    password: PLAIN,
    hash: '$2y$10$Cl/WBGOcpCL/Wwz6NgeRreMaRcG.xTjGa5UViB1kC57781MIYEBfG',
  },
  {
    format: 'betterAuth',
    origin: 'better-auth 1.7.25 hashPassword',
    password: PLAIN,
    hash: '964cf43ce902052971ac41da5b95ae93:1f159706c194eeb3c0f923994a93da735b4641db4ed7cc50d7839d32878c8e8cbbe012550d04249d4b1ea80bb645b2260655cb5a8544a64bc5bae376dacccd07',
  },
  {
    format: 'firebase',
    origin: 'the README of github.com/firebase/scrypt',
    password: 'user1password',
    hash: firebaseHash({
      passwordHash:
        'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
      salt: '42xEC+ixf3L2lw==',
    }),
  },
  {
    format: 'firebase',
    origin: 'firebase-scrypt 2.2.0 (npm)',
    password: PLAIN,
    hash: firebaseHash({
      passwordHash:
        'n0ZKWq+Ora4Zx8aCyZqjhWXzxrOIU4FldaGRZXZMz9MmJmcrEVNxv3G/fReEKnww7C59CNx5aYI06JuEEntsiQ==',
      salt: '4wYx+GbnJ3N5Zg==',
    }),
  },
];
