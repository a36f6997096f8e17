/** *Sync now* from the menu or the tray: refused while paused, with the offer to resume. */
import { dialog } from 'electron'
import { problem } from '../../contract/problem.ts'
import type { Engine } from '../../engine/engine.ts'
import type { DesktopWords } from './words.ts'

export async function startRuns(
  { client }: Pick<Engine, 'client'>,
  words: DesktopWords,
): Promise<void> {
  try {
    await client.sync.start({})
  } catch (error) {
    if (!isPaused(error)) throw error
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: words.pausedQuestion,
      buttons: [words.resumeAndSync, words.cancel],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    })
    if (response === 0) await client.sync.start({ resume: true })
  }
}

function isPaused(error: unknown): boolean {
  const known = problem.safeParse((error as { readonly data?: unknown }).data)
  return known.success && known.data.code === 'paused'
}
