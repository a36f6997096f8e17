/** Conversations of an entrant that are not over, as targets told of them last. */
import type { Db } from '../../db/schema.ts'
import { jsonPage } from '../sql/statement.ts'

/** The state of a conversation in which nobody waits for anything any more. */
const over = 'resolved'

/** A conversation with its last message and its place at the target. */
export interface ConversationRow {
  readonly id: string
  readonly targetId: number
  readonly remoteId: string
  readonly subject: string | null
  readonly status: string | null
  /** ISO 8601 UTC. */
  readonly lastActivityOn: string | null
  readonly lastMessage: {
    readonly body: string | null
    readonly author: string | null
    readonly direction: string | null
  } | null
}

const readOpen = `SELECT json_group_array(json(item)) AS page FROM (
  SELECT json_object('id', c.id, 'targetId', s.targetId, 'remoteId', s.remoteId, 'subject', c.subject,
    'status', c.status, 'lastActivityOn', c.lastActivityOn,
    'lastMessage', json((SELECT json_object('body', m.body, 'author', m.author, 'direction', m.direction)
       FROM message AS m WHERE m.conversation = c.id AND m.deletedOn IS NULL
       ORDER BY m.sentOn DESC, m.rowNo DESC LIMIT 1))) AS item
  FROM event_participant AS ep CROSS JOIN conversation AS c CROSS JOIN sync_record AS s
  WHERE ep.id = ?1 AND ep.deletedOn IS NULL AND c.person = ep.person AND c.deletedOn IS NULL
    AND coalesce(c.status, '') <> '${over}' AND s.recordId = c.id AND s.remoteId IS NOT NULL
  ORDER BY c.lastActivityOn DESC, c.rowNo DESC)`

/** What is open of an entrant, the newest first; only what a target still has. */
export function readOpenConversations(
  db: Db,
  entrantId: string,
): Promise<readonly ConversationRow[]> {
  return jsonPage<ConversationRow>(db, readOpen, entrantId)
}
