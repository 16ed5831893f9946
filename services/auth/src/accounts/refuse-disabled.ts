import { Refusal } from '@chat-backend/service-kit';

/** @throws Refusal ACCOUNT_DISABLED */
export const refuseDisabled = ({ id, disabledAt }: { id: string; disabledAt: Date | null }): void => {
  if (disabledAt !== null) throw new Refusal('ACCOUNT_DISABLED', { accountId: id });
};
