import { ImageIcon, VideoIcon } from '@radix-ui/react-icons';
import { useState, type ReactNode } from 'react';
import type { ChatMessage } from '@chat-backend/client';
import classes from './messages.module.css';

const isHttps = (link: string): boolean => /^https:\/\/[^/\\?#]/i.test(link);

/** A link that is not shown as what it is: it could not be loaded, or is a bare name, of which this page can make nothing. */
const MediaLink = ({ link, words, icon }: { link: string; words: string; icon: ReactNode }): ReactNode => (
  <span className={classes.fallback}>
    {icon}
    <span>{words} {isHttps(link) ? <a href={link} target="_blank" rel="noopener noreferrer nofollow ugc">{link}</a> : link}</span>
  </span>
);

/** A picture or a video, loaded when it comes near. Its place is kept free before, so that what is read does not jump. */
export const Media = ({ type, link, author }: { type: Exclude<ChatMessage['messageType'], 'TEXT'>; link: string; author: string }): ReactNode => {
  const [hasFailed, setFailed] = useState(false);
  const fail = (): void => { setFailed(true); };
  const isImage = type === 'IMAGE';
  const icon = isImage ? <ImageIcon /> : <VideoIcon />;
  if (!isHttps(link)) return <MediaLink link={link} words={isImage ? 'Picture:' : 'Video:'} icon={icon} />;
  if (hasFailed) return <MediaLink link={link} words={`This ${isImage ? 'picture' : 'video'} could not be loaded.`} icon={icon} />;
  return isImage ? (
    <a href={link} target="_blank" rel="noopener noreferrer nofollow ugc" className={classes.media}>
      <img src={link} alt={`From ${author}`} loading="lazy" decoding="async" referrerPolicy="no-referrer" onError={fail} />
    </a>
  ) : <video className={classes.media} src={link} controls preload="metadata" playsInline onError={fail} aria-label={`Video from ${author}`} />;
};
