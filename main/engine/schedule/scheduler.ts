/**
 * When each target is asked: by its schedule, after changes here, when the network or the computer is back, and when a
 * person wants it. One timer leads to the next moment that matters. How many runs go on at once, and that a target has
 * only one, is the queue's business.
 */
import { errorMeanings } from '../../contract/error-meanings.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Clock, Log } from '../ports.ts'
import {
  adopt,
  attend,
  firstStanding,
  nextAsked,
  nextMoment,
  nextRetry,
  retryMoment,
  type RunWish,
  type ScheduledTarget,
  type Standing,
} from './attend.ts'
import { createChangeDebounce, quickMs, type GatheredChange } from './change-debounce.ts'
import {
  afterProbe,
  afterRun,
  notHeardYet,
  probeNow,
  type Contact,
  type ProbeAnswer,
  type RunOutcome,
} from './connectivity.ts'
import { createRunSlot, type RunSlot } from './run-slot.ts'
import { createWebhookDebounce } from './webhook-debounce.ts'

export type { RunWish, ScheduledTarget } from './attend.ts'
export type { ProbeAnswer, RunOutcome } from './connectivity.ts'

export interface SchedulerDeps {
  readonly clock: Clock
  readonly log: Log
  listTargets(): Promise<readonly ScheduledTarget[]>
  /** Names of the targets whose scope has one of the entities. */
  targetsFor(entities: readonly EntityName[]): Promise<readonly string[]>
  /** Resolves when the run has ended, whether it went well or not. */
  requestRun(name: string, wish: RunWish): Promise<RunOutcome>
  /** The lightest question that shows whether a target answers. */
  probe(name: string): Promise<ProbeAnswer>
  /** When the next record that waits for a retry may go, milliseconds since 1970 UTC; null when none waits. */
  nextRetryOn(name: string): Promise<number | null>
  /** Whether the target answers, or when it is asked next, may have changed. */
  onStateChange(name: string): void
}

export interface Scheduler {
  /** Reads the targets and begins. Every target that is not paused is probed, and gets a run when it answers. */
  start(): Promise<void>
  /** Nothing more is asked for. Runs that were asked for go on; what becomes of them is ignored. */
  stop(): void
  /** Reads the targets again: added, changed, paused, resumed or removed. Silent ones are asked at once. */
  reload(): Promise<void>
  /** Records changed here; `from` is the target that told of it: it knows already, and its run sends what is left. */
  changed(entities: readonly EntityName[], from?: string): void
  /** Webhooks of a target were taken in. */
  received(name: string): void
  /** A target that is watched has news. */
  news(name: string): void
  /** The computer woke up, or its network came back: every target is asked at once. */
  wake(reason: 'resume' | 'online'): void
  /** *Sync now*: ends the countdown and runs, also when the target is silent or paused. */
  manual(name: string): Promise<RunOutcome>
  /** Tells what became of a run that was asked for elsewhere. */
  noteOutcome(name: string, outcome: RunOutcome): void
  /** When the target is asked next by itself, milliseconds since 1970 UTC; null when paused or never. */
  nextRunOn(name: string): number | null
  /**
   * When a silent target is tried again, or records that one which answers could not take; milliseconds since 1970 UTC,
   * null while neither waits.
   */
  retryOn(name: string): number | null
  /** Whether the target answered lately; null when it was not heard from since the start. */
  reachable(name: string): boolean | null
}

/** The clock is looked at this often at least: nobody tells a headless box that it slept or that its clock was set. */
const lookEveryMs = 60_000

/** A record's retry waits at least this long after a run. */
const retryGapMs = 1_000
const retryGapAfterErrorMs = 30_000

interface Entry {
  readonly name: string
  readonly slot: RunSlot
  readonly quick: boolean
  standing: Standing
  probing: boolean
}

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { clock, log } = deps
  const entries = new Map<string, Entry>()
  let phase: 'idle' | 'started' | 'stopped' = 'idle'
  let cancelTimer = () => {}
  let reloading: Promise<void> = Promise.resolve()

  const createEntry = (target: ScheduledTarget): Entry => ({
    name: target.name,
    slot: createRunSlot(
      (wish) => perform(target.name, wish),
      () => look(),
    ),
    quick: target.quick ?? false,
    standing: firstStanding(target, clock.now()),
    probing: false,
  })

  const isAsked = ({ probing, slot }: Entry) => probing || slot.busy

  const hear = (entry: Entry, contact: Contact): void => {
    entry.standing = { ...entry.standing, contact }
  }

  // --- what is due ---

  const look = (): void => {
    if (phase !== 'started') return
    const now = clock.now()
    for (const entry of entries.values()) if (!entry.standing.paused) take(entry, now)
    cancelTimer()
    cancelTimer = clock.timer(untilNext(now), look)
  }

  const take = (entry: Entry, now: number): void => {
    const turn = attend(entry.standing, isAsked(entry), now)
    entry.standing = turn.standing
    if (turn.probe) void probe(entry)
    for (const wish of turn.runs) entry.slot.ask(wish)
  }

  const untilNext = (now: number): number => {
    const moments = [...entries.values()].map((entry) => nextMoment(entry.standing, isAsked(entry)))
    const next = Math.min(...moments.filter((moment) => moment !== null))
    return Math.min(lookEveryMs, Math.max(1, next - now))
  }

  // --- asking the target ---

  const probe = async (entry: Entry): Promise<void> => {
    entry.probing = true
    const answer = await deps.probe(entry.name).catch((error: unknown): ProbeAnswer => {
      log.error('A probe failed unexpectedly', { target: entry.name, error: inWords(error) })
      return 'offline'
    })
    entry.probing = false
    if (!isCurrent(entry)) return
    const before = entry.standing.contact.kind
    const contact = afterProbe(entry.standing.contact, answer, clock.now())
    hear(entry, contact)
    // A refused sign-in gets a run too: it is the run that pauses the target and says why.
    if (before !== 'reachable' && contact.kind === 'reachable' && !entry.standing.paused) {
      // Only what was away comes back; a target not heard of yet is new, or Marshal has just started.
      entry.slot.ask({ trigger: before === 'unreachable' ? 'reconnect' : 'schedule' })
    }
    deps.onStateChange(entry.name)
    look()
  }

  /** One run, asked for by the slot of its target. Never throws. */
  const perform = async (name: string, wish: RunWish): Promise<void> => {
    const outcome = await deps.requestRun(name, wish).catch((error: unknown): RunOutcome => {
      log.error('A run could not be made', { target: name, error: inWords(error) })
      return { result: 'error', error: { code: 'bug', retryAfterMs: null } }
    })
    await settle(name, outcome)
  }

  /** Draws the consequences of a run for its target. */
  const settle = async (name: string, outcome: RunOutcome): Promise<void> => {
    const entry = entries.get(name)
    if (!entry || phase === 'stopped') return
    hear(entry, afterRun(entry.standing.contact, outcome, clock.now()))
    if (entry.standing.contact.kind === 'unreachable' && entry.slot.forget()) {
      entry.standing = { ...entry.standing, owesReconcile: true }
    }
    deps.onStateChange(name)
    if (phase !== 'started') return
    if (outcome.error && errorMeanings[outcome.error.code].pauses) {
      // The run has paused its target, unless somebody was quick to resume it: then it is asked anew.
      await reload().catch(complain('The targets were not read'))
      if (!entry.standing.paused) hear(entry, notHeardYet)
    }
    await readRetry(entry, outcome.result === 'error' ? retryGapAfterErrorMs : retryGapMs)
    look()
  }

  const readRetry = async (entry: Entry, gapMs: number): Promise<void> => {
    const on = await deps.nextRetryOn(entry.name).catch((error: unknown) => {
      complain('Waiting records were not looked up')(error)
      return null
    })
    entry.standing = { ...entry.standing, recordsOn: retryMoment(on, clock.now(), gapMs) }
  }

  const complain = (what: string) => (error: unknown) => log.error(what, { error: inWords(error) })

  const isCurrent = (entry: Entry): boolean =>
    phase === 'started' && entries.get(entry.name) === entry

  // --- the list of targets ---

  const readTargets = async (): Promise<void> => {
    const targets = await deps.listTargets()
    const names = new Set(targets.map(({ name }) => name))
    for (const name of entries.keys()) if (!names.has(name)) entries.delete(name)
    for (const target of targets) {
      const known = entries.get(target.name)
      const entry = known ?? createEntry(target)
      if (known) known.standing = adopt(known.standing, target, clock.now())
      else entries.set(target.name, entry)
      if (target.paused) entry.slot.forget()
      await readRetry(entry, retryGapMs)
      deps.onStateChange(target.name)
    }
    look()
  }

  const reload = (): Promise<void> => {
    if (phase !== 'started') return Promise.resolve()
    const done = reloading.then(() => (phase === 'started' ? readTargets() : undefined))
    reloading = done.catch(() => {})
    return done
  }

  // --- triggers ---

  const concernedBy = async (changes: readonly GatheredChange[]): Promise<ReadonlySet<string>> => {
    const names = await Promise.all(
      changes.map(async ({ entities, from }) =>
        (await deps.targetsFor(entities)).filter((name) => name !== from),
      ),
    )
    return new Set(names.flat())
  }

  const tell = (quick: boolean) => (changes: readonly GatheredChange[]) => {
    concernedBy(changes)
      .then((names) => {
        for (const name of names) {
          const entry = entries.get(name)
          if (!entry || entry.standing.paused || phase !== 'started') continue
          if (entry.quick !== quick) continue
          // A silent target gets everything at once when it is back.
          if (entry.standing.contact.kind === 'reachable') entry.slot.ask({ trigger: 'change' })
        }
      })
      .catch(complain('The targets of a change were not found'))
  }
  const debounces = [
    createChangeDebounce(clock, tell(false)),
    createChangeDebounce(clock, tell(true), quickMs),
  ]

  const webhooks = createWebhookDebounce(clock, (name) => {
    const entry = entries.get(name)
    // A target at rest, or one that cannot be asked, works in what was taken in when its turn comes again.
    if (!entry || entry.standing.paused || entry.standing.contact.kind !== 'reachable') return
    entry.slot.ask({ kind: 'webhook', trigger: 'webhook' })
  })

  const noteOutcome = (name: string, outcome: RunOutcome): void => {
    // A command that does one thing has not read the targets, but may ask for the state of the one it ran.
    if (!entries.has(name) && phase === 'idle') {
      entries.set(
        name,
        createEntry({ name, schedule: { delta: null, reconcile: null }, paused: false }),
      )
    }
    void settle(name, outcome)
  }

  const asPeopleSee = (name: string, moment: (standing: Standing) => number | null) => {
    const entry = entries.get(name)
    return entry && phase === 'started' ? moment(entry.standing) : null
  }

  return {
    async start() {
      if (phase !== 'idle') return
      phase = 'started'
      await reload()
    },
    stop() {
      phase = 'stopped'
      cancelTimer()
      for (const debounce of debounces) debounce.stop()
      webhooks.stop()
    },
    reload,
    changed(entities, from) {
      if (phase !== 'started') return
      for (const debounce of debounces) debounce.add({ entities, from: from ?? null })
    },
    news(name) {
      const entry = entries.get(name)
      if (!entry || entry.standing.paused || phase !== 'started') return
      if (entry.standing.contact.kind === 'reachable') entry.slot.ask({ trigger: 'webhook' })
      else {
        hear(entry, probeNow(entry.standing.contact, clock.now()))
        look()
      }
    },
    received(name) {
      if (phase === 'started') webhooks.add(name)
    },
    wake(reason) {
      if (phase !== 'started') return
      log.info('Asking every target again', { reason })
      const now = clock.now()
      for (const entry of entries.values()) {
        const { paused, contact } = entry.standing
        if (paused) continue
        if (contact.kind === 'reachable') entry.slot.ask({ trigger: 'reconnect' })
        hear(entry, probeNow(contact, now))
        deps.onStateChange(entry.name)
      }
      look()
    },
    async manual(name) {
      const entry = entries.get(name)
      if (entry) hear(entry, probeNow(entry.standing.contact, clock.now()))
      const outcome = await deps.requestRun(name, { trigger: 'manual' })
      noteOutcome(name, outcome)
      return outcome
    },
    noteOutcome,
    nextRunOn: (name) => asPeopleSee(name, nextAsked),
    retryOn: (name) => asPeopleSee(name, nextRetry),
    reachable(name) {
      const contact = entries.get(name)?.standing.contact ?? notHeardYet
      return contact.kind === 'unknown' ? null : contact.kind === 'reachable'
    },
  }
}

function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
