import { randomFillSync } from 'node:crypto'
import type { Ids } from '../engine/ports.ts'

const poolBytes = 8 * 1024

/**
 * UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter that keeps ids of one millisecond in order, 62 random
 * bits. Where the counter overflows or the clock jumps back, the time part simply stays ahead of the clock.
 *
 * @param now milliseconds since 1970 UTC
 */
export function uuidIds(now: () => number = Date.now): Ids {
  const pool = Buffer.alloc(poolBytes)
  let used = poolBytes
  let lastMs = 0
  let counter = 0

  function random(bytes: number): Buffer {
    if (used + bytes > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    used += bytes
    return pool.subarray(used - bytes, used)
  }

  return {
    random: () => Math.random(),
    uuid() {
      const clock = now()
      if (clock > lastMs) {
        lastMs = clock
        // Starts in the lower half, so that a millisecond has room for at least 2,048 ids.
        counter = random(2).readUInt16BE() & 0x7ff
      } else if (counter < 0xfff) counter += 1
      else {
        lastMs += 1
        counter = 0
      }
      const tail = Buffer.from(random(8))
      tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80
      const time = lastMs.toString(16).padStart(12, '0')
      const order = (0x7000 | counter).toString(16)
      const rest = tail.toString('hex')
      return `${time.slice(0, 8)}-${time.slice(8)}-${order}-${rest.slice(0, 4)}-${rest.slice(4)}`
    },
  }
}
