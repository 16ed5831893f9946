import { join } from 'node:path';

/** The folder that this product lies in: relative paths in settings start here, wherever it is started from. */
export const installationFolder = join(__dirname, '../../..');
