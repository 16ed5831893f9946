import type { TwoFactorMethod } from '@chat-backend/client';

/** What the server asks for next. `otp` is the code itself, where the server shows it instead of mailing it. */
export type Step =
  | { at: 'confirmAddress'; email: string; password: string; token: string; otp?: string | undefined }
  | { at: 'secondFactor'; token: string; method?: TwoFactorMethod }
  | { at: 'newPassword'; email: string; token: string; otp?: string | undefined };

export interface FormOfStep { onStep: (step: Step) => void }
