/** What a test can turn on the OpenFn stand-in, besides the kit's faults. */
export interface OpenfnKnobs {
  /** Sign-ins attached to the webhook trigger; any one is enough, none leaves it open. */
  readonly signIns: readonly ('api-key' | 'basic')[]
  /** `cron`: the id is that of a trigger which is no webhook. */
  readonly trigger: 'enabled' | 'disabled' | 'cron'
  /**
   * Which build: `older` names no reasons in 403, tells of a soft run limit by nothing, answers the hard one with 402, and
   * counts collections by time.
   */
  readonly build: 'newest' | 'older'
  /** What is left of the plan's runs. `soft`: a work order is made that no run will ever take. */
  readonly runs: 'free' | 'soft-limit' | 'hard-limit'
  /** Too many requests just now. */
  readonly busy: boolean
  /** The database is in trouble. */
  readonly noDatabase: boolean
  /** Larger bodies are refused, bytes. */
  readonly largestBody: number
  /** `after_completion`: the connection stays open until the run has ended. */
  readonly reply: 'before_start' | 'after_completion'
  /** What the run says in the end; `timeout`: it takes longer than the connection is kept, and goes on. */
  readonly run: 200 | 204 | 304 | 422 | 'timeout'
  /** Where the ids of a run that was waited for are: around its answer, or in headers. */
  readonly replyShape: 'wrapped' | 'bare'
  /** Runs wait until the command `run`. */
  readonly queued: boolean
  /** What OpenFn's own cursor counts by. */
  readonly cursor: 'id' | 'time'
  /** Another project has a collection of the same name. */
  readonly twoProjects: boolean
  /** Room for values, bytes; null: enough. */
  readonly quota: number | null
}

/** The newest build, with one workflow and its key. */
export const plainKnobs: OpenfnKnobs = {
  signIns: ['api-key'],
  trigger: 'enabled',
  build: 'newest',
  runs: 'free',
  busy: false,
  noDatabase: false,
  largestBody: 10_000_000,
  reply: 'before_start',
  run: 200,
  replyShape: 'bare',
  queued: false,
  cursor: 'id',
  twoProjects: false,
  quota: null,
}
