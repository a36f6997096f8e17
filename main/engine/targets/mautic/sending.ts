/**
 * Changes on their way into Mautic. Companies are rows. So are contacts; what is beside their fields follows by calls of its
 * own: the list of those nobody may write to, companies and segments.
 *
 * An edit with the address of another contact would merge the two and delete one, with status 200. So an address is sent
 * only where it changes, and never while another contact has it.
 */
import { z } from 'zod'
import type { OutgoingChange, RemoteBody, SendOutcome } from '../kit/adapter.ts'
import { notTried, SyncError } from '../kit/sync-error.ts'
import type { Collection, Site, Thing } from './api.ts'
import { blockOf, blockRows, blockStep, channels, reasons, type Channel } from './do-not-contact.ts'
import { changedOn, holdersOf } from './listing.ts'
import { saidNames, type Said } from './mapping.ts'
import { deleteRows, isFailed, writeRows, type Written } from './rows.ts'
import type { Segments } from './segments.ts'
import type { Settings } from './settings.ts'

export interface Sending extends Site {
  readonly given: Pick<Settings, 'tags' | 'segments' | 'resubscribe'>
  readonly segments: Segments
}

/** What is kept of a contact with its link: what was said beside its fields when it was sent last. */
const known = z.object({
  consents: z.record(z.string(), z.enum(['optedIn', 'optedOut']).nullable()),
  /** Those Marshal has set. */
  tags: z.array(z.string()),
  segments: z.array(z.string()),
  company: z.string().nullable(),
})
type Known = z.infer<typeof known>
const nothingKnown: Known = { consents: {}, tags: [], segments: [], company: null }

/** A change and what became of it so far. */
interface Work {
  readonly change: OutgoingChange
  before: Known
  readonly said: Said
  error: SyncError | null
  thing: Thing | null
  company: string | null
  /** It is made once more: what was there is gone. */
  again: boolean
}

/** Sends companies. Never throws a `SyncError`. */
export async function sendCompanies(
  site: Site,
  changes: readonly OutgoingChange[],
): Promise<readonly SendOutcome[]> {
  const all = changes.map(workOf)
  await writeAll(site, 'companies', all, ({ change }) => routine(change.body))
  return all.map((one) => outcomeOf(one, null))
}

/** Sends contacts. Never throws a `SyncError`. */
export async function sendContacts(
  sending: Sending,
  changes: readonly OutgoingChange[],
): Promise<readonly SendOutcome[]> {
  const all = changes.map(workOf)
  const { given } = sending
  await writeAll(sending, 'contacts', all, ({ change, said, before, again }) => {
    const row = {
      ...routine(change.body),
      ...(given.tags ? { tags: tagChanges(before, said.entries ?? []) } : {}),
    }
    if (change.action === 'create' || again) {
      const withdrawn = channels.filter((channel) => said.consents[channel] === 'optedOut')
      const steps = Object.fromEntries(withdrawn.map((channel) => [channel, 'add'] as const))
      return withdrawn.length === 0 ? row : { ...row, doNotContact: blockRows(steps) }
    }
    return 'email' in row && !isNewAddress(change) ? withoutAddress(row) : row
  })
  await agree(sending, all)
  await eachOf(all, (one) => moveCompany(sending, one))
  if (given.segments) await moveSegments(sending, all)
  return all.map((one) => outcomeOf(one, versionOf(one, given)))
}

function workOf(change: OutgoingChange): Work {
  const before = readKnown(change.remoteVersion)
  const { consents = {}, entries, company } = change.body as Partial<Said>
  const said: Said = {
    consents,
    ...(entries ? { entries } : {}),
    ...(company === undefined ? {} : { company }),
  }
  return { change, before, said, error: null, thing: null, company: before.company, again: false }
}

/** Deletions, creations and edits, each in one call; what stops one stops the next. */
async function writeAll(
  site: Site,
  collection: Collection,
  all: readonly Work[],
  rowOf: (one: Work) => RemoteBody,
): Promise<void> {
  const of = (action: OutgoingChange['action']) =>
    all.filter(({ change }) => change.action === action)
  const [removed, made, edited] = [of('delete'), of('create'), of('update')]
  const ids = removed.map(({ change }) => change.remoteId!)
  const first = take(removed, await deleteRows(site, collection, ids))
  if (first) return notTriedAny([...made, ...edited], first)
  const second = take(made, await writeRows(site, collection, 'new', made.map(rowOf)))
  if (second) return notTriedAny(edited, second)
  const edits = edited.map((one) => ({
    one,
    row: { ...rowOf(one), id: Number(one.change.remoteId) } as RemoteBody,
  }))
  if (collection === 'contacts') await editContacts(site, edits)
  else {
    const rows = edits.map(({ row }) => row)
    take(edited, await writeRows(site, collection, 'edit', rows))
  }
  // Deleted there, or merged into another one: made again it is the one that has its address now.
  const gone = edited.filter(({ error }) => error?.code === 'gone')
  for (const one of gone) {
    Object.assign(one, { again: true, error: null, company: null })
    one.before = nothingKnown
  }
  take(gone, await writeRows(site, collection, 'new', gone.map(rowOf)))
}

interface Edit {
  readonly one: Work
  readonly row: RemoteBody
}

/** Edits contacts; somebody may have to give an address up before another one takes it. */
async function editContacts(site: Site, edits: readonly Edit[]): Promise<void> {
  for (let waiting = edits; waiting.length > 0;) {
    const holders = await othersWith(site, waiting)
    if (holders instanceof SyncError) {
      return notTriedAny(
        waiting.map(({ one }) => one),
        holders,
      )
    }
    const free = waiting.filter(({ one }) => !holders.has(one))
    const rows = free.map(({ row }) => row)
    const works = free.map(({ one }) => one)
    const stop = take(works, await writeRows(site, 'contacts', 'edit', rows))
    const held = waiting.filter(({ one }) => holders.has(one))
    if (stop) {
      return notTriedAny(
        held.map(({ one }) => one),
        stop,
      )
    }
    const done = new Set(works.flatMap(({ error, thing }) => (error === null ? thing!.id : [])))
    waiting = held.filter(({ one }) => done.has(holders.get(one)!))
    for (const { one } of held) {
      const other = holders.get(one)!
      if (!done.has(other)) one.error = wouldMerge(other)
    }
  }
}

/** Of edits with an address: the other contact that has it. The error where one cannot be asked for. */
async function othersWith(
  site: Site,
  edits: readonly Edit[],
): Promise<ReadonlyMap<Work, string> | SyncError> {
  const holders = new Map<Work, string>()
  try {
    await Promise.all(
      edits.map(async ({ one, row }) => {
        const address = row['email']
        if (typeof address !== 'string' || address === '') return
        const found = await holdersOf(site, address)
        const other = found.find((id) => id !== one.change.remoteId)
        if (other !== undefined) holders.set(one, other)
      }),
    )
  } catch (error) {
    if (error instanceof SyncError) return error
    throw error
  }
  return holders
}

const wouldMerge = (other: string): SyncError =>
  new SyncError(
    'rejected',
    `Contact ${other} in Mautic has this e-mail address. With it Mautic would merge the two contacts and delete one. Merge them there yourself, or give one of them another address.`,
  )

/** Notes what became of rows; answers why nothing more should be asked. */
function take(works: readonly Work[], { results, stop }: Written): SyncError | null {
  works.forEach((one, at) => {
    const result = results[at]!
    if (isFailed(result)) one.error = result
    else one.thing = result
  })
  return stop
}

function notTriedAny(works: readonly Work[], because: SyncError): void {
  const error = notTried(because)
  for (const one of works) one.error = error
}

/** What is said each time, with empty fields cleared: Mautic ignores them otherwise. */
function routine(body: RemoteBody): RemoteBody {
  const fields = Object.entries(body).filter(([name]) => !saidNames.includes(name))
  return {
    ...Object.fromEntries(fields.map(([name, value]) => [name, value ?? ''])),
    overwriteWithBlank: true,
  }
}

function isNewAddress({ patch }: OutgoingChange): boolean {
  return patch === null || Object.hasOwn(patch, 'email')
}

function withoutAddress({ email: _, ...row }: RemoteBody): RemoteBody {
  return row
}

/** What was not said before, and with a minus what nobody wants any more. Other tags stay. */
function tagChanges({ tags }: Known, now: readonly string[]): readonly string[] {
  return [
    ...now.filter((name) => !tags.includes(name)),
    ...tags.filter((name) => !now.includes(name)).map((name) => `-${name}`),
  ]
}

/** Brings contacts onto the list of those nobody may write to, or off it, where that is ours to do. */
async function agree({ given, ...site }: Sending, all: readonly Work[]): Promise<void> {
  const wanted = all.flatMap((one) => {
    if (one.error !== null || one.thing === null) return []
    const steps: Partial<Record<Channel, 'add' | 'remove'>> = {}
    for (const channel of channels) {
      const { reason } = blockOf(one.thing, channel)
      const consent = one.said.consents[channel] ?? null
      const before = one.before.consents[channel] ?? null
      const step = blockStep({ consent, before, reason, resubscribe: given.resubscribe })
      if (step === 'refuse') one.error = unsubscribedThere
      else if (step !== 'leave') steps[channel] = step
    }
    return one.error !== null || Object.keys(steps).length === 0 ? [] : [{ one, steps }]
  })
  const rows = wanted.map(({ one, steps }) => ({
    id: Number(one.thing!.id),
    doNotContact: blockRows(steps as Record<string, 'add' | 'remove'>),
  }))
  take(
    wanted.map(({ one }) => one),
    await writeRows(site, 'contacts', 'edit', rows),
  )
  // Mautic answers 200 also where it left the list as it was.
  for (const { one, steps } of wanted) {
    if (one.error !== null) continue
    const isOtherwise = Object.entries(steps).some(([channel, step]) => {
      const { reason } = blockOf(one.thing!, channel)
      return (reason === reasons.none) !== (step === 'remove')
    })
    if (isOtherwise) one.error = keptAsItWas
  }
}

const unsubscribedThere = new SyncError(
  'rejected',
  'This person unsubscribed in Mautic, and has consented here since. Tick "Contact again who unsubscribed" in the settings of the target, have a form there filled in, or set the consent here to withdrawn.',
)
const keptAsItWas = new SyncError(
  'rejected',
  'Mautic did not change whether this contact may be written to. Look at the contact there.',
)

/** Ties a contact to the company of its club, and loosens the tie Marshal made before. */
async function moveCompany(site: Sending, one: Work): Promise<void> {
  const { before, said, thing } = one
  if (said.company === undefined || said.company === before.company) return
  const tie = async (company: string, verb: 'add' | 'remove'): Promise<boolean> => {
    const path = `/api/companies/${company}/contact/${thing!.id}/${verb}`
    try {
      await site.client.status({ method: 'POST', path, effect: 'repeatable', signal: site.signal })
      return true
    } catch (error) {
      // A company that was deleted there has no contacts.
      if (error instanceof SyncError && error.code === 'gone') return false
      throw error
    }
  }
  if (before.company !== null) await tie(before.company, 'remove')
  one.company = said.company !== null && (await tie(said.company, 'add')) ? said.company : null
}

async function moveSegments(site: Sending, all: readonly Work[]): Promise<void> {
  const written = all.filter(({ error, thing }) => error === null && thing !== null)
  const moves = written.flatMap(({ thing, said: { entries = [] }, before }) => {
    const join = entries.filter((name) => !before.segments.includes(name))
    const leave = before.segments.filter((name) => !entries.includes(name))
    return join.length + leave.length > 0 ? [{ contact: thing!.id, join, leave }] : []
  })
  if (moves.length === 0) return
  try {
    const failed = await site.segments.move(site, moves)
    for (const one of written) one.error = failed.get(one.thing!.id) ?? null
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    const moved = new Set(moves.map(({ contact }) => contact))
    for (const one of written) if (moved.has(one.thing!.id)) one.error = error
  }
}

/** Works on all that were written so far; the client keeps to its limit. */
async function eachOf(all: readonly Work[], work: (one: Work) => Promise<void>): Promise<void> {
  const written = all.filter(({ error, thing }) => error === null && thing !== null)
  await Promise.all(
    written.map(async (one) => {
      try {
        await work(one)
      } catch (error) {
        if (!(error instanceof SyncError)) throw error
        one.error = error
      }
    }),
  )
}

function outcomeOf(one: Work, remoteVersion: string | null): SendOutcome {
  const { change, error, thing } = one
  if (error !== null) return { status: 'failed', error }
  if (change.action === 'delete') return { status: 'done', remoteId: change.remoteId! }
  return {
    status: 'done',
    remoteId: thing!.id,
    remoteVersion,
    remoteModifiedOn: changedOn(thing!),
  }
}

function versionOf({ said, before, company }: Work, given: Sending['given']): string {
  const { consents, entries = [] } = said
  return JSON.stringify({
    consents,
    tags: given.tags ? [...entries] : before.tags,
    segments: given.segments ? [...entries] : before.segments,
    company,
  } satisfies Known)
}

function readKnown(version: string | null): Known {
  try {
    return known.parse(JSON.parse(version ?? ''))
  } catch {
    return nothingKnown
  }
}
