/** How often somebody may call: a bucket of calls per name, filled again at a steady pace. */

export interface AllowanceOptions {
  /** Calls in a row when nothing came for a while. */
  readonly burst: number
  /** Calls a second in the long run. */
  readonly perSecond: number
  /** Milliseconds that never go back. */
  readonly now: () => number
}

/** Names with a bucket of their own at once; the others share one, so that made-up names fill no memory. */
const mostNames = 200
const shared = Symbol('all other names')

export interface CallAllowance {
  /** False when this name has called too often; asks nothing of other names. */
  take(name: string): boolean
}

export function createCallAllowance({ burst, perSecond, now }: AllowanceOptions): CallAllowance {
  const buckets = new Map<string | symbol, { left: number; on: number }>()
  const fill = (bucket: { left: number; on: number }, time: number) => {
    bucket.left = Math.min(burst, bucket.left + ((time - bucket.on) * perSecond) / 1000)
    bucket.on = time
  }
  const dropFull = (time: number) => {
    for (const [name, bucket] of buckets) {
      fill(bucket, time)
      if (bucket.left >= burst) buckets.delete(name)
    }
  }
  const bucketOf = (name: string, time: number) => {
    const known = buckets.get(name)
    if (known) return known
    if (buckets.size >= mostNames) dropFull(time)
    const key = buckets.size >= mostNames ? shared : name
    const bucket = buckets.get(key) ?? { left: burst, on: time }
    buckets.set(key, bucket)
    return bucket
  }
  return {
    take(name) {
      const time = now()
      const bucket = bucketOf(name, time)
      fill(bucket, time)
      if (bucket.left < 1) return false
      bucket.left -= 1
      return true
    },
  }
}
