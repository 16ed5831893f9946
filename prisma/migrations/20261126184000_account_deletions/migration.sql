-- Deleting an account, in every service's tables (docs/adr/0017).

-- CreateTable
CREATE TABLE "account_deletions" (
    "user_id" UUID NOT NULL,
    "erases_messages" BOOLEAN NOT NULL,
    "session_ids" UUID[],
    "parts_left" TEXT[],
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_deletions_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "account_deletions_requested_at_idx" ON "account_deletions"("requested_at");

-- What the sweeps of all services look for, every few seconds. Prisma's schema cannot name a condition.
CREATE INDEX "account_deletions_left_idx" ON "account_deletions"("user_id") WHERE "completed_at" IS NULL;

-- Mails go with their user and forget their challenge: both are looked up by then, among the mails of everybody.
-- CreateIndex
CREATE INDEX "mails_user_id_id_idx" ON "mails"("user_id", "id");
-- CreateIndex
CREATE INDEX "mails_challenge_id_idx" ON "mails"("challenge_id");

-- Who has a user's name in the log, as a friend or a request: written only when a friendship changes. Prisma's schema cannot name a condition.
CREATE INDEX "user_log_entries_friendship_idx" ON "user_log_entries"("subject", "user_id") WHERE "kind" = 'friendship';

-- From here on the chats of a user name every conversation in which the user ever wrote: by them an export and a deletion find the messages.
-- Sending writes the sender's chat since there are chats; who wrote in a group before that gets it now.
INSERT INTO "chats" ("user_id", "conversation_id", "chat_id", "is_group")
SELECT DISTINCT "sender_id", "conversation_id", "recipient_id", true FROM "messages" WHERE "is_group"
ON CONFLICT DO NOTHING;

-- Says that a service has taken what it held of a deleted user out of its tables. The last one to say so also ends the user's log, which no service
-- may delete from. It runs as its owner, and does nothing for a user whose account was not deleted.
-- Returns whether that was the last one.
create function finish_account_deletion(p_user_id uuid, p_part text) returns boolean
language plpgsql volatile security definer set search_path from current as $function$
declare
  left_over text[];
begin
  -- Two that are done at once wait for each other here, and the second sees that nothing is left.
  update account_deletions set parts_left = array_remove(parts_left, p_part)
  where user_id = p_user_id and p_part = any (parts_left) and completed_at is null
  returning parts_left into left_over;
  if not found or cardinality(left_over) > 0 then return false; end if;
  delete from user_log_entries where user_id = p_user_id;
  delete from user_logs where user_id = p_user_id;
  update account_deletions set completed_at = clock_timestamp() where user_id = p_user_id;
  return true;
end
$function$;
