/** What must be undone however a run ends. */
export interface Endings {
  add(undo: () => void | Promise<void>): void;
  /** Undoes everything, the last first; whoever asks meanwhile waits for the same. What fails is told, and does not keep the rest from being undone. */
  end(): Promise<void>;
}

export const createEndings = (onError: (error: unknown) => void): Endings => {
  const undos: (() => void | Promise<void>)[] = [];
  let ending: Promise<void> | undefined;
  const undoAll = async (): Promise<void> => {
    for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
      try { await undo(); } catch (error) { onError(error); }
    }
    ending = undefined;
  };
  return {
    add(undo) { undos.push(undo); },
    end: () => ending ??= undoAll(),
  };
};
