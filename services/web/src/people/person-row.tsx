import type { ReactNode } from 'react';
import { ListRow } from '../app/list-row';
import classes from '../app/list-row.module.css';
import { hrefOf } from '../app/router';
import type { Person, Relation } from './keep-people';
import { nameOf } from './person-name';
import { Picture } from './picture';
import { RelationButtons } from './relation-buttons';

export const PersonRow = ({ person, relation, isCurrent }: { person: Person; relation: Relation; isCurrent: boolean }): ReactNode => (
  <ListRow
    picture={<Picture name={person.user_name} image={person.profile_image} />}
    title={<a href={hrefOf('people', person.id)} aria-current={isCurrent ? 'true' : undefined}>{nameOf(person)}</a>}
    {...(person.about === null || person.about === '' ? {} : { quiet: person.about })}
    {...(relation === 'received' ? { below: <div className={classes.below}><RelationButtons person={person} relation={relation} size="xs" /></div> } : { end: <RelationButtons person={person} relation={relation} size="xs" /> })}
  />
);
