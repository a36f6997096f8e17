import type { StandInCore } from './stand-in-core.ts'

/** What a stand-in is started with. */
export interface StandInOptions {
  /** What the caller has to know: an API key, or the secret of one. */
  readonly key: string
  /** Starts with invented content, the same for the same number; null: empty. */
  readonly seed: number | null
  /** Keeps the content in this file over restarts, where the stand-in can; null: it ends with the process. */
  readonly contentFile: string | null
}

/** How a client signs in and what it has to set: in the words of a target's configuration. */
export interface SignIn {
  readonly auth: string
  readonly secrets: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
}

/** Something only this system does, or does not do; turned on with the fault of the same name. */
export interface Oddity {
  /** One sentence for people. */
  readonly says: string
  /** What the core's command `knobs` is given. */
  readonly knobs: Readonly<Record<string, unknown>>
}

/** A system that can be played. */
export interface StandIn {
  /** As the adapter is called. */
  readonly name: string
  /** As people call the system. */
  readonly system: string
  /** What is played, one sentence each. */
  readonly plays: readonly string[]
  /** The port it takes unless told otherwise. */
  readonly port: number
  /** Path of the address a target is given, where that is not the beginning. */
  readonly path?: string
  readonly oddities: Readonly<Record<string, Oddity>>
  signIn(key: string): SignIn
  /** A fresh one. Throws when its content file cannot be opened. */
  make(options: StandInOptions): StandInCore
}
