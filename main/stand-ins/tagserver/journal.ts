import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { TagServerChange } from './core.ts'

/** An append-only file of changes, one JSON line each. */
export interface TagServerJournal {
  readonly append: (change: TagServerChange) => void
  readonly close: () => void
}

/**
 * The TagServer stand-in can keep its content in a file, because Marshal keeps its own: after a
 * restart an empty TagServer beside a laptop that says "up to date" would look like lost data.
 * Every line is written before the answer is sent, so a killed process has lost nothing it confirmed;
 * a last line cut in half by the kill is skipped (its request was never answered).
 */
export function openJournal(
  file: string,
  replay: (change: TagServerChange) => void,
): TagServerJournal {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  for (const line of text.split('\n')) {
    const change = readLine(line)
    if (change !== null) replay(change)
  }
  const descriptor = openSync(file, 'a', 0o600)
  if (text !== '' && !text.endsWith('\n')) writeSync(descriptor, '\n')
  return {
    append: (change) => {
      writeSync(descriptor, JSON.stringify(change) + '\n')
    },
    close: () => closeSync(descriptor),
  }
}

function readLine(line: string): TagServerChange | null {
  if (line === '') return null
  try {
    return JSON.parse(line) as TagServerChange
  } catch {
    return null
  }
}
