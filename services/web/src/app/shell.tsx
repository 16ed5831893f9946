import { Suspense, useEffect, type ReactNode } from 'react';
import { ConnectionState } from './connection-state';
import { ErrorBoundary } from './error-boundary';
import { Mark } from './mark';
import { hrefOf, usePlace } from './router';
import { sections } from './sections';
import classes from './shell.module.css';

const [firstSection] = sections;

const Navigation = ({ current }: { current: string }): ReactNode => (
  <nav className={classes.nav} aria-label="Main">
    <div className={classes.mark}><Mark size={36} /></div>
    {sections.map(({ name, label, icon }) => (
      <a key={name} className={classes.link} href={hrefOf(name)} aria-current={name === current ? 'page' : undefined}>{icon}{label}</a>
    ))}
  </nav>
);

/** What a signed-in user sees: navigation, a list, and the pane of what was chosen in it; on a phone one of the last two at a time. */
export const Shell = (): ReactNode => {
  const [name, ...place] = usePlace();
  const section = sections.find((one) => one.name === name) ?? firstSection;
  const label = section?.label ?? '';
  useEffect(() => { document.title = `${label} · Chat`; }, [label]);
  if (section === undefined) return null;
  const { List, Pane } = section;
  return (
    <div className={classes.shell} data-open={place.length > 0 ? 'pane' : 'list'}>
      <ConnectionState />
      <Navigation current={section.name} />
      <section className={classes.list} aria-label={`${section.label} list`}>
        <ErrorBoundary key={section.name}><Suspense fallback={null}><List place={place} /></Suspense></ErrorBoundary>
      </section>
      <main className={classes.pane}>
        <ErrorBoundary key={`${section.name}/${place.join('/')}`}><Suspense fallback={null}><Pane place={place} /></Suspense></ErrorBoundary>
      </main>
    </div>
  );
};
