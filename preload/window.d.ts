/** What the page receives from the preload script; see index.ts for how. */
interface MarshalPortMessage extends MessageEvent<'marshal:port'> {
  /** Exactly one; it speaks main/contract. */
  readonly ports: readonly [MessagePort]
}
