/** What had the focus was switched off for a while, or is gone: it goes back there, else to the pane, and not to nothing. */
export const keepFocus = (had: Element | null = null): void => {
  if (document.activeElement !== document.body) return;
  const next = had instanceof HTMLElement && had.isConnected ? had : document.querySelector('main');
  next?.focus();
};
