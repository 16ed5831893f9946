import { notifications } from '@mantine/notifications';
import { explainError } from './explain-error';

/** Tells what went well, for a moment. */
export const notify = (message: string): void => { notifications.show({ closeButtonProps: { 'aria-label': 'Close' }, message }); };

/** Tells what went wrong where no form stands beside it to say so. */
export const notifyError = (error: unknown): void => { notifications.show({ closeButtonProps: { 'aria-label': 'Close' }, message: explainError(error), color: 'red', autoClose: 8_000 }); };
