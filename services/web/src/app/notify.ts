import { notifications } from '@mantine/notifications';
import { explainError } from './explain-error';

const closeButtonProps = { 'aria-label': 'Close' };

/** Tells what went well, for a moment. */
export const notify = (message: string): void => { notifications.show({ message, closeButtonProps }); };

/** Tells what went wrong where no form stands beside it to say so. */
export const notifyError = (error: unknown): void => { notifications.show({ message: explainError(error), color: 'red', autoClose: 8_000, closeButtonProps }); };
