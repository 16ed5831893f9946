import type { ReactNode } from 'react';

/** The product's mark, which is also the icon of its tab. */
export const Mark = ({ size }: { size: number }): ReactNode => <img src="./mark.svg" alt="" width={size} height={size} />;
