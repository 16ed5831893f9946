-- The accounts whose address nobody verified, oldest first: the sweep that deletes them reads nobody else's. Prisma's schema cannot name a condition.
create index concurrently "users_unverified_idx" on "users" ("created_at") where not "is_verified";
