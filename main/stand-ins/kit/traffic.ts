/** One request as the stand-in saw it. */
export interface LoggedRequest {
  /** Counts from 1 since start or reset. */
  readonly no: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** The `Idempotency-Key` header, if any. */
  readonly idempotencyKey: string | null
  /** First 4,000 characters of the body. */
  readonly body: string
  /** `null` while unanswered, or when the connection was cut. */
  readonly status: number | null
  /** The faults that struck it. */
  readonly faults: readonly string[]
}

/** What travelled since start or reset. The control interface is never counted. */
export interface TrafficStats {
  readonly requests: number
  /** e.g. `POST people` → 12. */
  readonly byCollection: Readonly<Record<string, number>>
  /** e.g. `201` → 12; cut and unanswered requests are not in here. */
  readonly byStatus: Readonly<Record<string, number>>
  /** Most requests in flight at one time. */
  readonly maxInFlight: number
  readonly inFlight: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** The last 1,000 requests, oldest first. */
  readonly log: readonly LoggedRequest[]
}

/** What a test waits for: at least so many requests of a kind were answered with 2xx. */
export interface TrafficGoal {
  /** `POST people`, `POST` or absent for any. */
  readonly kind?: string
  readonly atLeast: number
}

type Entry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] }

const logLength = 1000
const keptBody = 4000

/** A request whose body arrived. */
interface Received {
  readonly method: string
  readonly path: string
  /** What it is counted as: `POST people`. */
  readonly kind: string
  readonly idempotencyKey: string | null
  readonly body: string
  readonly bytes: number
}

/** Counts and logs requests. Cheap: two map updates and one ring slot per request. */
export class Traffic {
  #requests = 0
  #inFlight = 0
  #maxInFlight = 0
  #bytesIn = 0
  #bytesOut = 0
  #kinds = new Map<string, number>()
  #successes = new Map<string, number>()
  #statuses = new Map<number, number>()
  #log: Entry[] = []
  #waiting: { readonly goal: TrafficGoal; readonly reached: () => void }[] = []

  /** A request's headers arrived. */
  enter(): void {
    this.#inFlight++
    if (this.#inFlight > this.#maxInFlight) this.#maxInFlight = this.#inFlight
  }

  /** A request is over: answered, cut or given up by the client. */
  leave(): void {
    this.#inFlight--
  }

  /** A request's body arrived; returns its place in the log. */
  received({ method, path, kind, idempotencyKey, body, bytes }: Received): Entry {
    this.#requests++
    this.#bytesIn += bytes
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1)
    const entry: Entry = {
      no: this.#requests,
      method,
      path,
      idempotencyKey,
      body: body.length > keptBody ? body.slice(0, keptBody) : body,
      status: null,
      faults: [],
    }
    this.#log[(this.#requests - 1) % logLength] = entry
    return entry
  }

  /** The answer to a logged request was handed to the network. */
  answered(entry: Entry, kind: string, status: number, bytes: number): void {
    entry.status = status
    this.#bytesOut += bytes
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
    if (status >= 300) return
    this.#successes.set(kind, (this.#successes.get(kind) ?? 0) + 1)
    if (this.#waiting.length > 0) this.#notify()
  }

  /** Settles when the goal is reached, at once if it already is. */
  reach(goal: TrafficGoal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ goal, reached: resolve })
      this.#notify()
    })
  }

  stats(): TrafficStats {
    return {
      requests: this.#requests,
      byCollection: Object.fromEntries(this.#kinds),
      byStatus: Object.fromEntries(this.#statuses),
      maxInFlight: this.#maxInFlight,
      inFlight: this.#inFlight,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      log: [...this.#log].sort((a, b) => a.no - b.no),
    }
  }

  /** Starts counting again; requests still in flight stay counted as such. */
  reset(): void {
    this.#requests = 0
    this.#bytesIn = 0
    this.#bytesOut = 0
    this.#maxInFlight = this.#inFlight
    this.#kinds.clear()
    this.#successes.clear()
    this.#statuses.clear()
    this.#log = []
  }

  #notify(): void {
    this.#waiting = this.#waiting.filter(({ goal, reached }) => {
      if (this.#succeeded(goal.kind) < goal.atLeast) return true
      reached()
      return false
    })
  }

  #succeeded(kind: string | undefined): number {
    let sum = 0
    for (const [name, count] of this.#successes) {
      if (kind === undefined || name === kind || name.startsWith(`${kind} `)) sum += count
    }
    return sum
  }
}
