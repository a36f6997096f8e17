/** Faults a person can ask for by name. */
import type { FaultAction, FaultRule } from './fault-rule.ts'
import type { StandIn } from './stand-in.ts'

interface NamedFault {
  /** One sentence for people. */
  readonly says: string
  readonly action: FaultAction
  /** Strikes every nth request unless told otherwise. */
  readonly every: number
}

/** What every stand-in can do wrong. */
export const namedFaults: Readonly<Record<string, NamedFault>> = {
  slow: { says: 'answers after two seconds', action: { kind: 'delay', ms: 2_000 }, every: 1 },
  trickle: {
    says: 'sends its answer sixty bytes at a time',
    action: { kind: 'slow-body', bytes: 60, everyMs: 200 },
    every: 5,
  },
  busy: {
    says: 'answers 429 and wants five seconds of patience',
    action: { kind: 'answer', status: 429, retryAfter: { seconds: 5 } },
    every: 5,
  },
  down: { says: 'answers 503', action: { kind: 'answer', status: 503 }, every: 5 },
  broken: { says: 'answers 500', action: { kind: 'answer', status: 500 }, every: 5 },
  'locked-out': { says: 'answers 401', action: { kind: 'answer', status: 401 }, every: 1 },
  'lost-request': {
    says: 'cuts the connection before anything is stored',
    action: { kind: 'cut-before' },
    every: 5,
  },
  'lost-answer': {
    says: 'stores what was sent and cuts the connection before the answer',
    action: { kind: 'cut-after-write' },
    every: 5,
  },
  hang: { says: 'never answers', action: { kind: 'hang' }, every: 5 },
  'half-answer': {
    says: 'sends half of its JSON',
    action: { kind: 'truncated-json' },
    every: 5,
  },
  'login-page': {
    says: 'answers with the log-in page of a public network',
    action: { kind: 'html' },
    every: 5,
  },
}

/** A fault as it was asked for: `lost-answer`, or `lost-answer:20` for every twentieth request. */
export interface AskedFault {
  readonly name: string
  readonly every: number | null
}

/** Reads `NAME` or `NAME:N`; null when it is neither. Whether there is such a fault is the stand-in's to say. */
export function readFault(text: string): AskedFault | null {
  const [, name, every] = /^([a-z][a-z0-9-]*)(?::([1-9]\d{0,5}))?$/.exec(text) ?? []
  return name === undefined ? null : { name, every: every === undefined ? null : Number(every) }
}

/** What a fault turns: a rule of the server, or the knobs of the core; null when there is none of that name. */
export function faultOf(
  standIn: StandIn,
  { name, every }: AskedFault,
): { readonly rule: FaultRule } | { readonly knobs: Readonly<Record<string, unknown>> } | null {
  const oddity = ownOf(standIn.oddities, name)
  if (oddity !== undefined) return { knobs: oddity.knobs }
  const fault = ownOf(namedFaults, name)
  return fault ? { rule: { action: fault.action, every: every ?? fault.every } } : null
}

/** All faults of a stand-in by name, its own last. */
export function faultsOf(
  standIn: StandIn,
): readonly { readonly name: string; readonly says: string; readonly every: number | null }[] {
  return [
    ...Object.entries(namedFaults).map(([name, { says, every }]) => ({ name, says, every })),
    ...Object.entries(standIn.oddities).map(([name, { says }]) => ({ name, says, every: null })),
  ]
}

function ownOf<Value>(all: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined
}
