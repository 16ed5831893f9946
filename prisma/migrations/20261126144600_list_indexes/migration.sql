-- A page of a list reads no more of its index than the page: newest first, whoever asks.
CREATE INDEX "friend_requests_from_user_id_status_created_at_idx" ON "friend_requests"("from_user_id", "status", "created_at" DESC);
CREATE INDEX "friend_requests_to_user_id_status_created_at_idx" ON "friend_requests"("to_user_id", "status", "created_at" DESC);
CREATE INDEX "friendships_low_user_id_created_at_idx" ON "friendships"("low_user_id", "created_at" DESC);
CREATE INDEX "friendships_high_user_id_created_at_idx" ON "friendships"("high_user_id", "created_at" DESC);
CREATE INDEX "group_members_user_id_joined_at_idx" ON "group_members"("user_id", "joined_at" DESC);
DROP INDEX "friend_requests_to_user_id_status_idx";
DROP INDEX "friendships_high_user_id_idx";
DROP INDEX "group_members_user_id_idx";

-- For search-users, which says the same (services/social-graph/src/people/search-users.ts). Prisma's schema cannot name an expression.
CREATE INDEX "users_lower_user_name_idx" ON "users" ((lower(user_name COLLATE "und-x-icu") COLLATE "C"), "id");
