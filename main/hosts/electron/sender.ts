/** Who may have a line to the engine. */
import type { IpcMainEvent, WebContents } from 'electron'
import { isOurs } from './origin.ts'

export type SenderProblem = 'gone' | 'sub-frame' | 'other-window' | 'other-origin'

/** Why a sender gets no line, null for the top frame of our own window showing our own page. */
export function senderProblem(
  event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>,
  ours: WebContents,
): SenderProblem | null {
  const { sender, senderFrame } = event
  if (senderFrame === null) return 'gone'
  if (sender !== ours) return 'other-window'
  if (senderFrame.parent !== null || senderFrame !== sender.mainFrame) return 'sub-frame'
  return isOurs(senderFrame.url) ? null : 'other-origin'
}
