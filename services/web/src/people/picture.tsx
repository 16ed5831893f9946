import { Avatar } from '@mantine/core';
import { TokensIcon, PersonIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { initialsOf } from './initials-of';

const isHttps = (link: string | null): link is string => link !== null && /^https:\/\/[^/\\?#]/i.test(link);

/** Somebody's picture, or a group's; initials where there is none. The name stands beside it: it is not read out twice. */
export const Picture = ({ name, image, isGroup = false, size = 40 }: { name: string | null; image: string | null; isGroup?: boolean; size?: number }): ReactNode => {
  const source = isHttps(image) ? { src: image } : {};
  return (
    <Avatar {...source} color={name === null ? 'gray' : 'pine'} size={size} radius={isGroup ? 'md' : 'xl'} alt="" aria-hidden imageProps={{ loading: 'lazy', alt: '' }}>
      {name !== null ? initialsOf(name) : isGroup ? <TokensIcon /> : <PersonIcon />}
    </Avatar>
  );
};
