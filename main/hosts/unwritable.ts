/** Tells trouble with writing, where what is there can still be read, from all other trouble. */

const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'])

/** True when the disk is full or write-protected, or this user may not write there; also when that is the cause. */
export function isUnwritable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && codes.has(error.code)) || isUnwritable(error.cause)
}
