import { VisuallyHidden } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useUnread } from '../conversations/use-unread';
import { ConnectionState } from './connection-state';
import { ErrorBoundary } from './error-boundary';
import { Mark } from './mark';
import { hrefOf, usePlace } from './router';
import { fetchSections, sections, type Section } from './sections';
import classes from './shell.module.css';

const [firstSection] = sections;
/** Then what is on the first screen has long been there. */
const fetchAfterMs = 5_000;
const mostCounted = 99;

const counted = (count: number): string => (count > mostCounted ? `${mostCounted}+` : String(count));

const Waiting = ({ useCount, say }: NonNullable<Section['waiting']>): ReactNode => {
  const count = useCount();
  return count > 0 && <><span className={classes.count} aria-hidden>{counted(count)}</span><VisuallyHidden> {say(count)}</VisuallyHidden></>;
};

const Navigation = ({ current }: { current: string }): ReactNode => (
  <nav className={classes.nav} aria-label="Main">
    <div className={classes.mark}><Mark size={36} /></div>
    {sections.map(({ name, label, icon, waiting }) => (
      <a key={name} className={classes.link} href={hrefOf(name)} aria-current={name === current ? 'page' : undefined}>
        {icon}<span>{label}{waiting !== undefined && <Waiting {...waiting} />}</span>
      </a>
    ))}
  </nav>
);

/** The tab says what is shown, and what is unread even while another tab is in front. */
const useTitle = (label: string): void => {
  const unread = useUnread();
  useEffect(() => { document.title = `${unread > 0 ? `(${counted(unread)}) ` : ''}${label} · Chat`; }, [label, unread]);
};

/** What a signed-in user sees: navigation, a list, and the pane of what was chosen in it; on a phone one of the last two at a time. */
export const Shell = (): ReactNode => {
  const [name, ...place] = usePlace();
  const section = sections.find((one) => one.name === name) ?? firstSection;
  useTitle(section?.label ?? '');
  useEffect(() => {
    const timer = setTimeout(fetchSections, fetchAfterMs);
    return () => { clearTimeout(timer); };
  }, []);
  if (section === undefined) return null;
  const { List, Pane } = section;
  return (
    <div className={classes.shell} data-open={place.length > 0 ? 'pane' : 'list'}>
      <ConnectionState />
      <Navigation current={section.name} />
      <section className={classes.list} aria-label={`${section.label} list`}>
        <ErrorBoundary key={section.name}><List place={place} /></ErrorBoundary>
      </section>
      {/* Focus comes here where what had it is gone. */}
      <main className={classes.pane} tabIndex={-1}>
        <ErrorBoundary key={`${section.name}/${place.join('/')}`}><Pane place={place} /></ErrorBoundary>
      </main>
    </div>
  );
};
