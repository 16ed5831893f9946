import { useEffect, useState } from 'react';

const secondMs = 1_000;

/** Seconds that are left, and how to begin again. */
export const useCountdown = (seconds: number): [number, () => void] => {
  const [until, setUntil] = useState(() => Date.now() + seconds * secondMs);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const count = (): void => { setLeft(Math.max(0, Math.ceil((until - Date.now()) / secondMs))); };
    count();
    const timer = setInterval(count, secondMs);
    return () => { clearInterval(timer); };
  }, [until]);
  return [left, () => { setUntil(Date.now() + seconds * secondMs); }];
};
