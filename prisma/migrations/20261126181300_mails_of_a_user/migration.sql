-- Each registration of a known address and each sign-in before verification counts the user's mails of late: without reading those of everybody.

-- CreateIndex
CREATE INDEX "mails_user_id_created_at_idx" ON "mails"("user_id", "created_at");
