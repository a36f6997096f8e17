/** When the desktop speaks up: trouble, and the end of it. Never for ordinary syncing or for being offline. */
import type { TargetState } from '../../contract/words.ts'

export interface NoticeState {
  /** Trouble was there and has not ended yet. */
  readonly troubled: boolean
}

export type Notice = 'attention' | 'settled'

export const noTrouble: NoticeState = { troubled: false }

/** Pure: what a new overall state means for somebody who knows `before`. */
export function nextNotice(
  before: NoticeState,
  state: TargetState,
): { readonly after: NoticeState; readonly notice: Notice | null } {
  if (state === 'attention' && !before.troubled) {
    return { after: { troubled: true }, notice: 'attention' }
  }
  if (state === 'up-to-date' && before.troubled) {
    return { after: { troubled: false }, notice: 'settled' }
  }
  return { after: before, notice: null }
}
