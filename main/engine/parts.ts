/** What an engine is made of, in the order in which it comes to life; it is taken down in reverse. */
export interface Part {
  readonly name: string
  /** Called once, when the engine starts. A command that does one thing starts nothing. */
  start?(): void | Promise<void>
  /** Called once, whether the part was started or not. */
  stop(): void | Promise<void>
}

/** Starts the parts one after another. */
export async function startParts(parts: readonly Part[]): Promise<void> {
  for (const part of parts) await part.start?.()
}

/** Stops the parts one after another, the last one first: each may still use those before it. */
export async function stopParts(parts: readonly Part[]): Promise<void> {
  for (const part of parts.toReversed()) await part.stop()
}
