/** Links that leave the window: only to these places, and only after a person has seen where. */
import { dialog, shell, type BrowserWindow } from 'electron'
import { mayOpenOutside } from './outside-links.ts'
import type { DesktopWords } from './words.ts'

/** Where a link leads, what a person connected, and the words to ask with. */
export interface Leaving {
  readonly url: string
  /** Addresses of targets. */
  readonly targets: readonly string[]
  readonly words: DesktopWords
}

/** Shows where a link leads and opens it when the person agrees. Links to other places do nothing. */
export async function offerToOpenOutside(
  window: BrowserWindow,
  { url, targets, words }: Leaving,
): Promise<void> {
  if (!mayOpenOutside(url, targets)) return
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: words.leaveQuestion,
    detail: url,
    buttons: [words.open, words.cancel],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  if (response === 0) await shell.openExternal(url)
}
