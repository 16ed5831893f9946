import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './list-row.module.css';

export interface ListRowProps {
  picture: ReactNode;
  title: ReactNode;
  quiet?: ReactNode;
  /** At the end of the row: when, how many, what to do. */
  end?: ReactNode;
  /** A line of its own below the words. */
  below?: ReactNode;
  href?: string;
  isCurrent?: boolean;
  id?: string;
}

/** One line of a list: a link where there is somewhere to go. */
export const ListRow = ({ picture, title, quiet, end, below, href, isCurrent = false, id }: ListRowProps): ReactNode => {
  const words = <div className={classes.words}><div className={classes.title} dir="auto">{title}</div>{quiet !== undefined && <div className={classes.quiet} dir="auto">{quiet}</div>}{below}</div>;
  return (
    <li>
      {href === undefined
        ? <div className={classes.row}>{picture}{words}{end}</div>
        : <a id={id} className={classes.row} href={href} aria-current={isCurrent ? 'true' : undefined}>{picture}{words}{end}</a>}
    </li>
  );
};

export const RowEnd = ({ children }: { children: ReactNode }): ReactNode => <div className={classes.end}>{children}</div>;

/** A list with a heading; without rows there is neither. */
export const Rows = ({ label, children, isLabelHidden = false }: { label: string; children: readonly ReactNode[]; isLabelHidden?: boolean }): ReactNode => children.length > 0 && (
  <>
    {!isLabelHidden && <h2 className={classes.label} style={{ margin: 0 }}>{label}</h2>}
    <ul className={classes.rows} aria-label={label}>{children}</ul>
  </>
);

export const LoadingRows = (): ReactNode => (
  <div className={classes.rows} role="status" aria-label="Loading">
    {[0, 1, 2, 3].map((row) => (
      <div key={row} className={classes.row}><Skeleton circle height={40} /><div className={classes.words}><Skeleton height={11} width="55%" mb={9} /><Skeleton height={9} width="80%" /></div></div>
    ))}
  </div>
);
