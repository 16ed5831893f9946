-- The groups that can be joined, by their ids: the list of them walks past none that have closed, however many have. Prisma's schema cannot name a condition.
create index concurrently "groups_open_idx" on "groups" ("id") where "closed_at" is null;
