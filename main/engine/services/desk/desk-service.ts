/** The Desk: finding entrants and changing what race morning changes. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { readEntryCode } from '../../../contract/entry-code.ts'
import type { DeskOutcome } from '../../../contract/desk.ts'
import { ProblemError, type Problem } from '../../../contract/problem.ts'
import type { CallContext } from '../../caller.ts'
import type { Core } from '../../core.ts'
import { readCheckInRules } from '../../store/desk/check-in-rules.ts'
import { listEntrants } from '../../store/desk/entrant-filter.ts'
import { readDeskEvents, readEntrantRows } from '../../store/desk/entrants.ts'
import { findByCode, searchOrSayHidden } from '../../store/desk/find-entrants.ts'
import { findTags } from '../../store/imports/known-entrants.ts'
import { openConversations } from './conversations.ts'
import { checkIn } from './check-in.ts'
import type { DeskLocks } from './desk-locks.ts'
import { setCheckInRules } from './event-rules.ts'
import { noSuchEntrant, readEntrantCard, wrong } from './entrant-card.ts'
import { addWalkUp, changeEntrant } from './entrant-changes.ts'
import { scanLabel } from './scan-label.ts'

const os = implement(contract).$context<CallContext>()

/**
 * Reads go to the second connection, so that typing never waits for a bulk write.
 * @param locks left out where nobody is locked to a mode
 */
export function deskHandlers(core: Core, locks?: Pick<DeskLocks, 'of'>) {
  return {
    events: os.desk.events.handler(async () => [...(await readDeskEvents(core.reader))]),
    search: os.desk.search.handler(async ({ input }) => {
      const { eventId, query, filter, limit } = input
      return filter !== null && eventId !== null && query.trim() === ''
        ? listEntrants(core.reader, eventId, filter, limit)
        : { ...(await searchOrSayHidden(core.reader, input)), matching: null }
    }),
    entrant: os.desk.entrant.handler(async ({ input: { id } }) => {
      const card = await readEntrantCard(core.reader, id)
      if (!card) throw new ProblemError(noSuchEntrant)
      return card
    }),
    conversations: os.desk.conversations.handler(({ input: { id } }) =>
      openConversations(core, id),
    ),
    scan: os.desk.scan.handler(({ input: { eventId, code } }) => scan(core, eventId, code.trim())),
    checkIn: os.desk.checkIn.handler(({ input: { id, undo } }) => checkIn(core, id, undo)),
    change: os.desk.change.handler(({ input, context: { browser } }) => {
      const lock = locks?.of(browser) ?? null
      const keepsCheckIn = lock !== null && !lock.mode.actions.includes('checkIn')
      return changeEntrant(core, input, { keepsCheckIn })
    }),
    rules: os.desk.rules.handler(({ input: { eventId } }) =>
      readCheckInRules(core.reader, eventId),
    ),
    setRules: os.desk.setRules.handler(async ({ input: { eventId, rules } }) => {
      await setCheckInRules(core, eventId, rules)
      return rules
    }),
    walkUp: os.desk.walkUp.handler(({ input }) => addWalkUp(core, input)),
  }
}

/**
 * Who has this tag (number, barcode, EPC) or bib, to the letter: `007` is not `7`; or whom a printed label is for. Only
 * looks; checking in is a step of its own. A tag goes before a bib that looks the same.
 */
async function scan(core: Core, eventId: string | null, code: string): Promise<DeskOutcome> {
  const label = readEntryCode(code)
  if (label !== null) return scanLabel(core, eventId, label)
  const [id, second] = await findByCode(core.reader, eventId, code, 2)
  if (id === undefined) {
    const tag = (await findTags(core.reader, [code])).get(code)
    return wrong({
      code: 'not-found',
      message: tag ? `Tag ${code} is not given to anybody.` : `Nobody has the tag or bib ${code}.`,
      fix: tag ? 'Find the entrant by name and give them the tag.' : 'Search by name.',
    })
  }
  if (eventId === null && second !== undefined) {
    return wrong({
      code: 'wrong-use',
      message: `More than one entrant has ${code}.`,
      fix: 'Choose the event first.',
    })
  }
  const entrant = (await readEntrantCard(core.reader, id))!
  if (second !== undefined && entrant.leg !== null && entrant.bib === code) {
    const [other] = await readEntrantRows(core.reader, [second])
    if (other?.bib === code) return wrong(severalLegs(code, entrant.team))
  }
  return { outcome: 'ok', entrant }
}

/** A bib does not say which leg stands at the desk. */
function severalLegs(bib: string, team: string | null): Problem {
  return {
    code: 'wrong-use',
    message: `Several legs${team === null ? '' : ` of ${team}`} wear bib ${bib}.`,
    fix: 'Scan a tag, or search for the bib and choose who it is.',
  }
}
