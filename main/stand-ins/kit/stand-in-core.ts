import type { IncomingHttpHeaders } from 'node:http'

/** Names in lower case. */
export type RequestHeaders = IncomingHttpHeaders

/** A request whose body has arrived in full. `target` is path and query. */
export interface CoreRequest {
  readonly method: string
  readonly target: string
  readonly headers: RequestHeaders
  readonly body: string
}

/** An answer before it is put on the wire; `body` `''` means none. */
export interface CoreAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The most requests one key may have in flight, and the answer beyond it. */
export interface InFlightRule {
  readonly keyOf: (headers: RequestHeaders) => string
  readonly limit: number
  readonly refusal: CoreAnswer
}

/** What one kind of stand-in brings; faults, statistics and the process are the kit's. */
export interface StandInCore {
  /** What a request counts under, besides its method: the collection, or `''`. */
  readonly collectionOf: (target: string) => string
  readonly answer: (request: CoreRequest) => CoreAnswer
  readonly inFlight: InFlightRule | null
  /** Content as it was at the start. */
  readonly reset: () => void
  /** Lets go of what it holds open. Called once, after the last answer. */
  readonly close?: () => void
  /** Further control commands by name: `dump`, `load`, `key`, knobs. */
  readonly commands: Readonly<Record<string, (argument: never) => unknown>>
}
