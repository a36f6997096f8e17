/**
 * What the engine needs from its host. The engine never touches a clock, a random source, the network,
 * the keychain or the process itself: it asks one of these.
 */
import type { z } from 'zod'
import type {
  bibRange,
  ChangesInput,
  ChangesPage,
  DefinitionChanges,
  HubChange,
  HubDefinitions,
  HubOutcome,
  rangeInput,
} from '../contract/hub.ts'
import type { SessionView } from '../contract/settings.ts'

export interface Clock {
  /** Milliseconds since 1970 UTC. May jump in either direction; nothing may depend on it being monotonic. */
  now(): number
  /** Calls back once after `delayMs` (0 or more). Returns a function that cancels it. */
  timer(delayMs: number, callback: () => void): () => void
}

export interface Ids {
  /** A new UUIDv7, so that ids made on several laptops sort by creation. */
  uuid(): string
  /** Uniform in [0, 1); used for jitter only. */
  random(): number
}

export type LogDetails = Readonly<Record<string, unknown>>

/** One request to another system and its answer. */
export interface WireExchange {
  readonly method: string
  /** Without the query parameters of a sign-in. */
  readonly url: string
  /** Null where no answer came. */
  readonly status: number | null
  readonly ms: number
  /** Bytes of the two bodies, unpacked. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** The first 2,000 characters of each body; left out where there was none. */
  readonly sent?: string
  readonly received?: string
  /** Why no answer came, or where a redirect leads. */
  readonly note?: string
}

/** Structured log. Secrets must not be passed; hosts redact known ones as a second line of defence. */
export interface Log {
  debug(message: string, details?: LogDetails): void
  info(message: string, details?: LogDetails): void
  warn(message: string, details?: LogDetails): void
  error(message: string, details?: LogDetails): void
  /** Takes all that travels, personal data included. Left out unless somebody asked for it. */
  wire?(exchange: WireExchange): void
}

/** The system keychain, or the passphrase vault where there is none. Keyed by target name and secret key. */
export interface Secrets {
  readonly kind: 'keychain' | 'vault' | 'memory' | 'none'
  /** Null when not stored. Throws `ProblemError` `no-keychain` when the store cannot be reached. */
  get(target: string, key: string): Promise<string | null>
  set(target: string, key: string, value: string): Promise<void>
  remove(target: string, key: string): Promise<void>
  /** Keys stored for a target. */
  keys(target: string): Promise<readonly string[]>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  /** Must be read to the end or destroyed with `cancel`, else the connection leaks. */
  readonly body: AsyncIterable<Uint8Array>
  cancel(): void
}

export type HttpFailure = 'offline' | 'timeout' | 'tls' | 'blocked' | 'aborted'

/**
 * The request did not get an answer.
 * `sent` tells whether the request may have reached the server: then a write is ambiguous, not failed.
 */
export class HttpError extends Error {
  readonly failure: HttpFailure
  readonly sent: boolean
  constructor(failure: HttpFailure, message: string, sent: boolean, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'HttpError'
    this.failure = failure
    this.sent = sent
  }
}

/** One pool of connections to one target. Redirects are never followed here. */
export interface HttpPool {
  /** Throws `HttpError` when there is no answer; any status is an answer. */
  request(request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}

export interface HttpPoolOptions {
  readonly connections: number
  /** Plain http to anything but loopback is refused unless true. */
  readonly allowInsecure: boolean
  /** SHA-256 of the one certificate that is accepted, whoever signed it; 64 hexadecimal digits. Then only https is spoken. */
  readonly pin?: string
}

/** Timeouts are fixed for every target: connect 10 s, headers 30 s, body idle 30 s, whole 120 s. */
export interface Http {
  open(options: HttpPoolOptions): HttpPool
}

/** Who is signed in to the host, where people sign in to it at all. */
export interface SignedIn {
  list(): readonly SessionView[]
  /** Signs these out, without ids everybody. Answers how many. */
  end(ids?: readonly string[]): Promise<number>
}

/** A desk as its hub knows it. */
export interface Device {
  readonly id: string
  readonly name: string
  /** It says that it merges a record it made into the hub's that is the same. */
  readonly merges?: boolean
}

/** What desks ask of a hub: the engine answers. */
export interface HubAnswers {
  epoch(): Promise<string>
  /** What changed after a place, waiting for it where that is asked. Ends early, with nothing, when `signal` is aborted. */
  changes(query: ChangesInput, signal?: AbortSignal): Promise<ChangesPage>
  take(
    device: Device,
    changes: readonly HubChange[],
  ): Promise<{ epoch: string; outcomes: HubOutcome[] }>
  /** Takes what a desk changed of what events define, and answers all of it. */
  define(changes: DefinitionChanges): Promise<HubDefinitions>
  range(device: Device, asked: z.output<typeof rangeInput>): Promise<z.output<typeof bibRange>>
  /**
   * How many records others than the desk changed after a place, by id of the desk, at most `mostBehind` of
   * `contract/devices.ts`; null for the place null.
   */
  behind(places: ReadonlyMap<string, string | null>): Promise<ReadonlyMap<string, number | null>>
}

/** A desk that may come in. Times in milliseconds since 1970 UTC. */
export interface KnownDesk extends Device {
  readonly pairedOn: number
  readonly lastSeenOn: number
  /** It is asking now, or did so a moment ago. */
  readonly here: boolean
  /** The place up to which it was told of everything; null while it has read nothing since the hub was started. */
  readonly place: string | null
  /** Its clock minus ours, milliseconds; null until it told. */
  readonly clockOffsetMs: number | null
}

/** The way in for desks. Nothing listens before it is opened. */
export interface HubDoor {
  /** Where desks reach it, each address with the fingerprint of its certificate; null while it is shut. */
  urls(): readonly string[] | null
  /**
   * Lets desks in until it is shut; without effect while it is open. Throws `ProblemError` where it cannot listen, or where
   * there is no place for the key of its certificate.
   */
  open(answers: HubAnswers): Promise<void>
  shut(): Promise<void>
  desks(): Promise<readonly KnownDesk[]>
  /** A code for one desk. */
  invite(): Promise<{ readonly code: string; readonly expiresOn: number }>
  /** False where there is no such desk. */
  revoke(id: string): Promise<boolean>
  /** Told when it was opened or shut, and when desks come or were let in. Returns the function that ends it. */
  onChange(listener: () => void): () => void
}

/** What a browser came back with from a sign-in elsewhere. */
export type Returned =
  | { readonly code: string }
  /** The other side's word for why not, such as `access_denied`. */
  | { readonly refused: string }

/** A place on this computer that a browser is sent back to. */
export interface BrowserReturn {
  /** Its address. */
  readonly redirectUri: string
  /** The first return with this state; others are told that nobody waits for them. Rejects when the signal fires. */
  returned(state: string, signal: AbortSignal): Promise<Returned>
  /** Resolves once its port is free again; harmless where it is closed. */
  close(): Promise<void>
}

export interface Files {
  /** Folder of `marshal.db`, `backups/`, `log/`. */
  readonly dataDir: string
  /** Bytes free on the disk that holds `dataDir`. */
  freeBytes(): Promise<number>
}

/** Whether Marshal starts with the computer. */
export interface Autostart {
  isOn(): Promise<boolean>
  set(on: boolean): Promise<void>
}

/** What this computer runs on. */
export interface Battery {
  readonly present: boolean
  /** On mains, whether or not the battery fills. */
  readonly plugged: boolean
  /** How full, 0 to 100; null where the system does not tell. */
  readonly percent: number | null
}

/**
 * Called at every numbered step of push, pull, import, migrate and restore, before the step's effect becomes
 * durable. Hosts leave it out; the crash suite stops the process there.
 */
export type Probe = (point: string) => void | Promise<void>

export interface Ports {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly secrets: Secrets
  readonly http: Http
  readonly files: Files
  /** Left out by hosts nobody signs in to. */
  readonly signedIn?: SignedIn
  /** Left out by hosts that let no desks in. */
  readonly hub?: HubDoor
  /**
   * Waits at a port of this computer, 0 for a free one. Left out by hosts no browser can come back to.
   * Throws `ProblemError` `wrong-use` where the port is taken.
   */
  readonly openBrowserReturn?: (port: number) => Promise<BrowserReturn>
  /** The operating system and what runs Marshal there, for diagnostics. */
  readonly system?: string
  /** Ends the engine in order and starts another one on the same folder, soon. Left out by hosts that cannot. */
  readonly restart?: () => void
  /** Left out by hosts that are no program of a desktop. */
  readonly autostart?: Autostart
  /** Null where it cannot be told; left out like that by hosts that never can. */
  readonly battery?: () => Promise<Battery | null>
  readonly probe?: Probe
}
