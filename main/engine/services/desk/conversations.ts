/** What an entrant has asked the support, for whoever stands in front of them. */
import type { OpenConversation } from '../../../contract/desk.ts'
import type { Core } from '../../core.ts'
import { readOpenConversations } from '../../store/desk/conversations.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'

/** The open conversations of an entrant, and the targets that have any at all. Asks no target: it is what came last. */
export async function openConversations(
  { adapters, reader }: Pick<Core, 'adapters' | 'reader'>,
  entrantId: string,
): Promise<{ targets: string[]; conversations: OpenConversation[] }> {
  const targets = await listTargets(reader)
  const found = targets.some(({ entities }) => entities.includes('conversation'))
    ? await readOpenConversations(reader, entrantId)
    : []
  const byId = new Map(targets.map((target) => [target.id, target]))
  const isSupport = ({ adapter, direction, entities }: Target) =>
    adapters.get(adapter)?.manifest.kind === 'support' &&
    direction !== 'outbound' &&
    entities.includes('conversation')
  return {
    targets: targets.filter(isSupport).map(({ name }) => name),
    conversations: found.flatMap(({ targetId, remoteId, ...one }) => {
      const target = byId.get(targetId)
      if (!target) return []
      const manifest = adapters.get(target.adapter)?.manifest
      const url = manifest?.recordPage?.(target, { entity: 'conversation', remoteId }) ?? null
      return [{ ...one, target: target.name, url }]
    }),
  }
}
