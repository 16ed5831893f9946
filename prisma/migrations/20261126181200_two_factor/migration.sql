ALTER TYPE "challenge_purpose" ADD VALUE 'twoFactor';
ALTER TYPE "mail_kind" ADD VALUE 'twoFactorCode';
ALTER TYPE "mail_kind" ADD VALUE 'twoFactorOn';
ALTER TYPE "mail_kind" ADD VALUE 'twoFactorOff';
ALTER TYPE "mail_kind" ADD VALUE 'recoveryCodeUsed';
ALTER TYPE "mail_kind" ADD VALUE 'recoveryCodesRenewed';
ALTER TYPE "mail_kind" ADD VALUE 'codesGuessed';

ALTER TABLE "challenges" ADD COLUMN "network" TEXT;

CREATE TABLE "totp_secrets" (
    "user_id" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "last_step" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "totp_secrets_pkey" PRIMARY KEY ("user_id")
);

CREATE TABLE "recovery_codes" (
    "user_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("user_id","hash")
);

CREATE TABLE "two_factor_networks" (
    "user_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "wrong" INTEGER NOT NULL DEFAULT 0,
    "wrong_since" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "two_factor_networks_pkey" PRIMARY KEY ("user_id","network")
);

ALTER TABLE "totp_secrets" ADD CONSTRAINT "totp_secrets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "two_factor_networks" ADD CONSTRAINT "two_factor_networks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
