/** A stamp of the hub as people read it: ISO 8601 UTC, to the minute. */
export function stampTime(stamp: number): string {
  return `${new Date(stamp / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
