SET lock_timeout = '5s';

ALTER TABLE "users" ADD COLUMN "is_password_disputed" BOOLEAN NOT NULL DEFAULT false;
