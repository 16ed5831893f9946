-- As of the other lists: a page reads no more of its index than the page.
CREATE INDEX "blocks_blocker_id_created_at_idx" ON "blocks"("blocker_id", "created_at" DESC);
